import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadMatrix, parseMatrix } from '../../../../src/store/matrix/matrix-file.ts';

function complaint(text: string): string {
  const loaded = parseMatrix(text, 'matrix.yaml');
  if (loaded.ok) throw new Error(`was accepted: ${loaded.value.rubies.map((ruby) => ruby.name).join(' ')}`);
  return loaded.message;
}

function matrix(text: string) {
  const loaded = parseMatrix(text, 'matrix.yaml');
  if (!loaded.ok) throw new Error(loaded.message);
  return loaded.value;
}

const RUBIES = 'official:\n  2.3: 2.3.0..2.3.8\n';

test('releases are text: 2.10 is no 2.1, and needs no quotes', () => {
  const { rubies } = matrix('official:\n  2.10: 2.10.0\n  2.2: 2.2.9, 2.2.10\n');
  expect(rubies.map((ruby) => ruby.name)).toEqual(['2.2.9', '2.2.10', '2.10.0']);
  expect(rubies[0]).toEqual({
    name: '2.2.9',
    version: { major: 2, minor: 2, patch: 9 },
    sources: [{ kind: 'official', image: 'ruby:2.2.9' }],
  });
});

test('sources of one release are in the order official, image, debian, wherever the file has them', () => {
  const { rubies } = matrix(
    'debian: { bullseye: 2.7.4 }\nimage:\n  - { name: 2.7.4, image: all, ruby: /r }\nofficial: { 2.7: 2.7.4 }\n',
  );
  expect(rubies).toHaveLength(1);
  expect(rubies[0]?.sources.map((source) => source.kind)).toEqual(['official', 'image', 'debian']);
});

test('a variant takes its release from its name, or from `release`', () => {
  const { rubies } = matrix(
    'image:\n  - { name: all-ruby/2.3.6, image: rubylang/all-ruby, ruby: /b/2.3.6/bin/ruby }\n' +
      '  - { name: mine, image: registry.example:5000/r@sha256:00ff, ruby: /usr/bin/ruby, release: 2.2.0 }\n',
  );
  expect(rubies.map((ruby) => [ruby.name, ruby.version.minor])).toEqual([
    ['mine', 2],
    ['all-ruby/2.3.6', 3],
  ]);
});

test('what is left out has its default, and every ruby runs when no default set is given', () => {
  const small = matrix(RUBIES);
  expect(small.defaultSet).toHaveLength(9);
  expect(small.defaults).toEqual({ budgetSeconds: 30, jobs: null });
  expect(small.limits.memoryMiB).toBe(512);
  expect(matrix(`${RUBIES}limits: { cpus: 0.5 }\ndefaults: { jobs: 4 }`)).toMatchObject({
    limits: { cpus: 0.5, pids: 64 },
    defaults: { jobs: 4 },
  });
});

test('the default set takes selectors', () => {
  expect(matrix(`${RUBIES}default: ["2.3.7..2.3.8", 2.3.0]`).defaultSet).toEqual(['2.3.0', '2.3.7', '2.3.8']);
});

test.each([
  ['limits:\n  memoryMiB: lots', 'matrix.yaml:2: limits.memoryMiB: expected a number, got "lots"'],
  ['limits:\n  memoryMiB: 512 MiB', 'matrix.yaml:2: limits.memoryMiB: expected a number, got "512 MiB"'],
  ['limits:\n  pids: 1', 'matrix.yaml:2: limits.pids: expected 8 to 32768, got 1'],
  ['limits:\n  pids: -5', 'matrix.yaml:2: limits.pids: expected 8 to 32768, got -5'],
  ['limits:\n  pids: 9.5', 'matrix.yaml:2: limits.pids: expected a whole number, got 9.5'],
  ['limits:\n  pids:', 'matrix.yaml:2: limits.pids: expected a number, got nothing'],
  ['limits:\n  pids: [1]', 'matrix.yaml:2: limits.pids: expected a number, got a list'],
  ['limits: 5', 'matrix.yaml:1: limits: expected a map of limits, got "5"'],
  ['limits:\n  memory: 5', 'matrix.yaml:2: limits.memory: unknown key; did you mean memoryMiB?'],
  ['oficial: {}', 'matrix.yaml:1: oficial: unknown key; did you mean official?'],
  ['something-else: 1', 'matrix.yaml:1: something-else: unknown key; remove it'],
  [
    'defaults: { jobs: none }',
    'matrix.yaml:1: defaults.jobs: expected auto or a whole number from 1 to 256, got "none"',
  ],
  [
    `${RUBIES}defaults:\n  budgetSeconds: 700`,
    'matrix.yaml:4: defaults.budgetSeconds: 700 is more than limits.maxBudgetSeconds, 600',
  ],
  [
    `${RUBIES}default:\n  - 2.3.1\n  - 2.3.9`,
    'matrix.yaml:5: default.1: 2.3.9 is not in the matrix; 2.3 has 2.3.0–2.3.8; did you mean 2.3.8?',
  ],
  [`${RUBIES}default: [2.3.1, 2.3.1]`, 'matrix.yaml:3: default.1: 2.3.1 is chosen twice; once is enough'],
  [
    `${RUBIES}default: []`,
    'matrix.yaml:3: default: expected at least one selector; leave the key out to run every ruby',
  ],
  [`${RUBIES}  2.3: 2.3.1`, 'matrix.yaml:3: not valid YAML: 2.3 appears twice here; remove one'],
  [
    'official:\n  2.3: 2.3.0..2.3.4, 2.3.4',
    'matrix.yaml:2: official.2.3: 2.3.4 is listed twice; once is enough',
  ],
  [
    'official:\n  2.3: 2.3.4..2.3.0',
    'matrix.yaml:2: official.2.3: 2.3.4..2.3.0 runs backwards; write 2.3.0..2.3.4',
  ],
  ['official:\n  2.3: 2.4.0', 'matrix.yaml:2: official.2.3: 2.4.0 is not of series 2.3'],
  [
    'official:\n  2.3: 2.3.0..2.3.99999',
    'matrix.yaml:2: official.2.3: 2.3.0..2.3.99999 is a range of more than 200 releases',
  ],
  [
    'official:\n  2.3: 2.3.0,',
    'matrix.yaml:2: official.2.3: expected a release or a range, such as 2.3.0..2.3.8, got ""',
  ],
  ['official:\n  2: 2.0.0', 'matrix.yaml:2: official.2: expected a series as the key, such as 2.3, got "2"'],
  [
    'official:\n  2.3: [2.3.0]',
    'matrix.yaml:2: official.2.3: expected releases, such as 2.3.0..2.3.8, got a list',
  ],
  [
    'debian: { bullseye: 2.7 }',
    'matrix.yaml:1: debian.bullseye: expected a release, such as 2.7.4, got "2.7"',
  ],
  [
    'debian: { "--foreign": 2.7.4 }',
    'matrix.yaml:1: debian.--foreign: expected the name of a Debian suite, got "--foreign"',
  ],
  [
    'image:\n  - { name: all, image: a, ruby: /r, release: 2.3.6 }',
    'matrix.yaml:2: image.0.name: all is a selector of its own (a series, or all); choose another name',
  ],
  [
    'image:\n  - { name: 2.3, image: a, ruby: /r, release: 2.3.6 }',
    'matrix.yaml:2: image.0.name: 2.3 is a selector of its own (a series, or all); choose another name',
  ],
  [
    'image:\n  - { name: mine, image: a, ruby: /r }',
    'matrix.yaml:2: image.0.name: mine does not contain the release; add one, such as release: 2.3.6',
  ],
  [
    'image:\n  - { name: 2.3.6, image: a, ruby: /r, release: 2.3.7 }',
    'matrix.yaml:2: image.0.release: 2.3.7 contradicts the name 2.3.6; choose another name',
  ],
  [
    'image:\n  - { name: a-2.3.6, image: a, ruby: /r }\n  - { name: a-2.3.6, image: b, ruby: /r }',
    'matrix.yaml:3: image.1.name: a-2.3.6 is listed twice; give the second one a name of its own',
  ],
  [
    'image:\n  - { name: a-2.3.6, image: a, ruby: bin/ruby }',
    'matrix.yaml:2: image.0.ruby: expected the absolute path of the ruby in the image, got "bin/ruby"',
  ],
  [
    'image:\n  - { name: a-2.3.6, image: a, ruby: /../r }',
    'matrix.yaml:2: image.0.ruby: expected the absolute path of the ruby in the image, got "/../r"',
  ],
  [
    'image:\n  - { name: ../a-2.3.6, image: a, ruby: /r }',
    /^matrix\.yaml:2: image\.0\.name: expected a name of letters/,
  ],
  [
    'image:\n  - { name: a-2.3.6, image: "-v /:/x", ruby: /r }',
    /^matrix\.yaml:2: image\.0\.image: expected an image/,
  ],
  [
    'image:\n  - { name: a-2.3.6, ruby: /r }',
    'matrix.yaml:2: image.0.image: expected an image, such as rubylang/all-ruby, got nothing',
  ],
  [
    '- 2.3.6',
    'matrix.yaml:1: expected a map with official, debian, debian-packages, client-debian-packages, image, default, defaults, limits, runtime and gems, got a list',
  ],
  ['limits: {}', 'matrix.yaml:1: lists no ruby; add one under official, debian or image'],
  ['', 'matrix.yaml is empty; list rubies under official, debian or image'],
  ['# nothing\n', 'matrix.yaml is empty; list rubies under official, debian or image'],
  ['official:\n  2.3: "2.3.0', /^matrix\.yaml:2: not valid YAML: /],
  ['a: b: c', /^matrix\.yaml:1: not valid YAML: /],
  ['official: *nobody', /^matrix\.yaml:1: not valid YAML: /],
])('%j is refused', (text, message) => {
  expect(complaint(text)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

test('all problems are reported, from the top', () => {
  expect(complaint(`limits:\n  typo: 1\n  pids: many\ndefaults: 3\n`).split('\n')).toEqual([
    'matrix.yaml:2: limits.typo: unknown key; remove it',
    'matrix.yaml:3: limits.pids: expected a number, got "many"',
    'matrix.yaml:4: defaults: expected a map of defaults, got "3"',
  ]);
  const many = Array.from({ length: 14 }, (_, index) => `key${index}xyz: 1\n`).join('');
  expect(complaint(many).split('\n').at(-1)).toBe('matrix.yaml: and 4 more problems');
});

test('a file of aliases that would grow without end is refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  expect(complaint(lines.join('\n'))).toMatch(/^matrix\.yaml:1: not valid YAML: /);
});

test('a file that cannot be read is an answer, not an exception', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-file-'));
  try {
    const missing = await loadMatrix(join(folder, 'none.yaml'));
    expect(missing).toEqual({
      ok: false,
      message: expect.stringMatching(/none\.yaml: no such file; name the matrix with --config FILE$/),
    });
    expect(await loadMatrix(folder)).toEqual({ ok: false, message: expect.stringMatching(/is a folder/) });
    const binary = join(folder, 'binary.yaml');
    await writeFile(binary, new Uint8Array([0xff, 0xfe, 0x00, 0x80]));
    expect(await loadMatrix(binary)).toEqual({
      ok: false,
      message: expect.stringMatching(/is not a text in UTF-8/),
    });
    if (process.getuid?.() !== 0) {
      await chmod(binary, 0);
      expect(await loadMatrix(binary)).toEqual({
        ok: false,
        message: expect.stringMatching(/no permission/),
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a sandboxing runtime is the operator’s choice, and none when nothing is said', () => {
  expect(matrix(`${RUBIES}runtime: runsc\n`).runtime).toBe('runsc');
  expect(matrix(RUBIES).runtime).toBeNull();
  expect(complaint(`${RUBIES}runtime: --privileged\n`)).toContain('a runtime of the engine, such as runsc');
});

test('Debian packages are beside every ruby of debian, which comes from there alone then', () => {
  const text =
    'official: { 2.7: "2.7.4..2.7.5" }\ndebian: { bullseye: 2.7.4 }\ndebian-packages: [ruby-oj, libxml2]\n' +
    'client-debian-packages:\n  - ruby-ox\n';
  const loaded = parseMatrix(text, 'matrix.yaml');
  expect(loaded).toMatchObject({ ok: true, value: { clientPackages: ['ruby-ox'] } });
  expect(loaded.ok && loaded.value.rubies.map(({ sources }) => sources)).toEqual([
    [{ kind: 'debian', suite: 'bullseye', packages: ['libxml2', 'ruby-oj'] }],
    [{ kind: 'official', image: 'ruby:2.7.5' }],
  ]);
  expect(parseMatrix('debian: { bullseye: 2.7.4 }\ndebian-packages: [-y]\n', 'matrix.yaml')).toEqual({
    ok: false,
    message:
      'matrix.yaml:2: debian-packages.0: expected the name of a Debian package, such as ruby-nokogiri, got "-y"',
  });
});
