import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findScripts } from '../../../src/action/find-scripts.ts';
import { InputError, readInputs } from '../../../src/action/inputs.ts';
import { runOptions } from '../../../src/action/measure-here.ts';

const read = (inputs: Readonly<Record<string, string>>) => readInputs((name) => inputs[name] ?? '');

it('inputs are read as a workflow writes them', () => {
  expect(
    read({
      script: 'a.rb\n  repros/*.rb \n',
      rubies: '2.2..2.5\n3.1.2',
      budget: '12.5',
      expect: '2.3\n2.4.3',
      explain: 'true',
      bisect: 'true',
      'keep-sleep': 'true',
      'no-cache': 'true',
      'at-least': '500000',
      gems: 'oj=3.11.8,3.12.0\n.',
      gemfile: 'false',
      comment: 'True',
      'server-url': 'https://matrix.example.org/x',
      token: ' t ',
    }),
  ).toEqual({
    scripts: ['a.rb', 'repros/*.rb'],
    compareWith: [],
    rubies: ['2.2..2.5', '3.1.2'],
    images: [],
    config: null,
    workdirFrom: null,
    gemfile: 'false',
    options: {
      budgetSeconds: 12.5,
      explain: true,
      bisect: true,
      cache: false,
      keepSleep: true,
      leastIterations: 500_000,
      gems: ['oj=3.11.8,3.12.0', '.'],
    },
    failOn: [],
    expect: '2.3,2.4.3',
    comment: true,
    serverUrl: new URL('https://matrix.example.org/x'),
    token: 't',
    githubToken: null,
  });
});

it.each([
  ['', undefined],
  ['true', true],
  ['False', false],
])('keep-sleep %j is an option of the run: %s', (text, kept) => {
  const inputs = read({ script: 'a.rb', 'keep-sleep': text });
  expect(runOptions(inputs, ['a.rb'], 'results').named.keepSleep).toBe(kept);
});

it('images of one’s own and packages are options of the run', () => {
  const inputs = read({ script: 'a.rb', image: 'a:1\nb:1=/r', 'debian-package': 'ruby-oj,ruby-ox' });
  expect(runOptions(inputs, ['a.rb'], 'results')).toMatchObject({
    images: ['a:1', 'b:1=/r'],
    named: { debianPackages: ['ruby-oj', 'ruby-ox'] },
  });
});

it.each([
  ['', 'beside'],
  ['false', null],
  ['ci/Gemfile', { path: 'ci/Gemfile' }],
])('gemfile %j is %j', (gemfile, expected) => {
  expect(runOptions(read({ script: 'a.rb', gemfile }), ['a.rb'], 'results').gemfile).toEqual(expected);
});

it.each([
  [{}, 'script: give the path'],
  [{ script: 'a.rb', budget: '-1' }, 'budget -1: give seconds above 0'],
  [{ script: 'a.rb', explain: '1' }, 'explain 1: give true or false'],
  [{ script: 'a.rb', 'at-least': '1e6' }, 'at-least 1e6: give iterations, such as 500000'],
  [{ script: 'a.rb', 'keep-sleep': 'no' }, 'keep-sleep no: give true or false'],
  [{ script: 'a.rb', image: 'a b' }, 'image a b: give an image'],
  [{ script: 'a.rb', image: 'a:1', 'server-url': 'https://x.example' }, 'leave server-url out'],
  [{ script: 'a.rb', 'debian-package': '-y' }, 'debian-package: -y is not the name of a Debian package'],
  [{ script: 'a.rb', comment: 'yes' }, 'comment yes: give true or false'],
  [{ script: 'a.rb', 'server-url': 'example.org' }, 'server-url example.org: give the address'],
  [{ script: 'a.rb', 'server-url': 'file:///etc/passwd' }, 'give the address'],
])('a bad input is named: %j', (inputs, message) => {
  expect(() => read(inputs)).toThrow(InputError);
  expect(() => read(inputs)).toThrow(message);
});

it('patterns stand for files, each once, and for at least one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-glob-'));
  await mkdir(join(folder, 'repros', 'deep.rb'), { recursive: true });
  for (const path of ['b.rb', 'repros/-e.rb', 'repros/a b.rb']) await writeFile(join(folder, path), '1');
  expect(await findScripts(['repros/*.rb', '*.rb', 'b.rb'], folder)).toEqual([
    'b.rb',
    'repros/-e.rb',
    'repros/a b.rb',
  ]);
  await expect(findScripts(['repro/*.rb'], folder)).rejects.toThrow('script repro/*.rb: no file matches it');
  await rm(folder, { recursive: true });
});
