import { expect, test } from 'vitest';
import {
  debiansRubies,
  orderedPackages,
  parsePackages,
  rubiesWithPackages,
  withPackages,
} from '../../../../src/domain/ruby/debian-packages.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';

const version = { major: 3, minor: 1, patch: 2 };
const official: Ruby = { name: '3.1.3', version, sources: [{ kind: 'official', image: 'ruby:3.1.3' }] };
const debians: Ruby = {
  name: '3.1.2',
  version,
  sources: [
    { kind: 'official', image: 'ruby:3.1.2' },
    { kind: 'debian', suite: 'bookworm', packages: ['ruby-ox'] },
  ],
};

test('a ruby with packages is Debian’s own, whatever else it could come from', () => {
  expect(withPackages(debians, ['ruby-oj', 'ruby-ox'])?.sources).toEqual([
    { kind: 'debian', suite: 'bookworm', packages: ['ruby-oj', 'ruby-ox'] },
  ]);
  expect(withPackages(debians, [])).toBe(debians);
  expect(withPackages(official, ['ruby-oj'])).toBeNull();
});

test('rubies that are not Debian’s are refused by name, and only with packages', () => {
  expect(rubiesWithPackages([official, debians], [])).toEqual({ ok: true, value: [official, debians] });
  const refused = rubiesWithPackages([official, debians], ['ruby-oj']);
  expect(refused).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^ruby-oj: .*, and 3\.1\.3 is none/),
  });
  const many = Array.from({ length: 9 }, (_, patch) => ({ ...official, name: `2.2.${patch}` }));
  expect(rubiesWithPackages(many, ['a1'])).toMatchObject({
    message: expect.stringContaining('2.2.5 and 3 more are'),
  });
});

test('a run that names packages and no ruby measures Debian’s', () => {
  expect(debiansRubies([official, debians])).toEqual({
    rubies: [debians],
    notes: ["Debian's packages go with Debian's own rubies: 3.1.2."],
  });
});

test.each([
  ['ruby-oj, libxml2', ['ruby-oj', 'libxml2']],
  ['g++', ['g++']],
])('the names in %j', (text, names) => {
  expect(parsePackages(text)).toEqual({ ok: true, value: names });
});

test.each(['-o', 'Ruby-oj', 'a b', 'ruby-oj=1.2', '', 'x', 'a/bookworm-backports', '$(id)', 'a\nb'])(
  'no name of a package: %j',
  (text) => {
    expect(parsePackages(text)).toEqual({
      ok: false,
      message: `${text.trim() || 'nothing'} is not the name of a Debian package, such as ruby-nokogiri`,
    });
  },
);

test('equal lists look equal', () => {
  expect(orderedPackages(['b1', 'a1', 'b1'])).toEqual(['a1', 'b1']);
});
