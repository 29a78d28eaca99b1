import { expect, test } from 'vitest';
import { describeInstallError } from '../../../../src/docker/gems/install-errors.ts';
import { STANDARD_GEM_POLICY } from '../../../../src/domain/ruby/gems.ts';

const explain = (
  kind: string,
  text: string,
  more: { log?: string; similar?: string[]; trouble?: string } = {},
): string =>
  describeInstallError(
    { kind, text, log: more.log ?? '', similar: more.similar ?? [] },
    more.trouble ?? null,
    STANDARD_GEM_POLICY,
  );

// As Bundler 2.1, 2.3 and 2.5 say it.
test.each([
  [
    "Could not find gem 'ojj' in rubygems repository http://127.0.0.1:39683/ or installed locally.",
    { similar: ['oj'] },
    'there is no gem ojj\ndid you mean oj?',
  ],
  [
    "Could not find gem 'oj (= 9.0)' in rubygems repository https://rubygems.org/ or installed locally.\n\nThe source contains the following gems matching 'oj':\n  * oj-1.0.0\n  * oj-1.1.0\n  * oj-extra-7.0",
    {},
    'there is no oj 9.0\nthere are oj 1.0.0, 1.1.0',
  ],
  [
    "Could not find gem 'oj (= 9.0)' in rubygems repository https://rubygems.org/ or installed locally.\nThe source contains 'oj' at: 1.0.0, 1.1.0",
    {},
    'there is no oj 9.0\nthere are oj 1.0.0, 1.1.0',
  ],
  [
    'Bundler found conflicting requirements for the Ruby\0 version:\n  In matrix-cell.gemfile:\n    Ruby\0\n\n    newer was resolved to 1.0.0, which depends on\n      Ruby\0 (>= 9.0)',
    {},
    'newer 1.0.0 needs Ruby >= 9.0\nan older version may run on this one: --gem newer=VERSION',
  ],
  [
    'Could not find compatible versions\n\nBecause newer >= 0 depends on Ruby >= 9.0\n  and Gemfile depends on newer >= 0,\n  current Ruby version is = 3.3.8.',
    {},
    'newer needs Ruby >= 9.0\nan older version may run on this one: --gem newer=VERSION',
  ],
  [
    'newer-1.0.0 requires ruby version >= 9.0, which is incompatible with the current version, ruby 3.1.2p20',
    {},
    'newer 1.0.0 needs Ruby >= 9.0\nan older version may run on this one: --gem newer=VERSION',
  ],
  [
    'Gem::Ext::BuildError: ERROR: Failed to build gem native extension.\n\n  current directory: /opt/matrix-gems/gems/broken-1.0.0/ext/broken\nmake\nbroken.c:2:10: fatal error: none.h: No such file or directory\nmake: *** [Makefile:246: broken.o] Error 1\n\nAn error occurred while installing broken (1.0.0), and Bundler cannot continue.',
    {},
    'broken 1.0.0 cannot be compiled on this ruby\nbroken.c:2:10: fatal error: none.h: No such file or directory',
  ],
  [
    "ERROR: Failed to build gem native extension.\n/opt/matrix-gems/gems/oj-1.0/ext/oj\nmkmf.rb can't find header files for ruby at /usr/lib/ruby/include/ruby.h",
    {},
    "oj 1.0 cannot be compiled on this ruby\nRuby's header files are not in its image: one that has them can be named under image: in matrix.yaml",
  ],
  [
    'You must use Bundler 2\nor greater with this lockfile.\nmore',
    {},
    'You must use Bundler 2\nor greater with this lockfile.',
  ],
  [
    '[!] There was an error parsing `matrix-cell.gemfile`: \n[!] There was an error parsing `Gemfile`: no. Bundler cannot continue.\n\n #  from Gemfile:2',
    {},
    '[!] There was an error parsing `Gemfile`: no. Bundler cannot continue.\n# from Gemfile:2',
  ],
  ['', { log: 'the end' }, 'the end'],
])('Bundler: %s', (text, more, expected) => {
  expect(explain('bundler', text, more)).toBe(expected);
});

test.each([
  ['git', 'https://github.com/x/y.git', 'git sources are not installed'],
  ['source', 'https://gems.example.com/', 'only rubygems.org can'],
  ['outside', '/etc', 'outside of the folder'],
  ['overdue', '300', 'not installed within 300 seconds'],
  ['memory', '512', 'more room or memory than 512 MiB'],
])('%s: what is wrong and what to do, in two lines', (kind, text, said) => {
  const message = explain(kind, text);
  expect(message).toContain(said);
  expect(message.split('\n')).toHaveLength(2);
});

test('what kept the source from answering says more than Bundler, and no message is long', () => {
  const trouble = 'rubygems.org cannot be reached: connect ECONNREFUSED';
  expect(explain('bundler', 'Could not fetch specs', { trouble })).toMatch(
    /^rubygems\.org cannot be reached/,
  );
  expect(explain('git', 'x', { trouble })).toContain('git sources');
  expect(explain('raised', 'x'.repeat(5000)).length).toBeLessThan(310);
});
