import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** File, what it does, and the rule that has to object. */
const OFFENCES: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['src/domain/up.ts', "export { x } from '../report/fine.ts';\n", 'no-restricted-imports'],
  ['src/domain/node.ts', "export { join } from 'node:path';\n", 'no-restricted-imports'],
  ['src/domain/bare-node.ts', "export { join } from 'path';\n", 'prefer-node-protocol'],
  ['src/domain/clock.ts', 'export const now = (): number => Date.now();\n', 'no-restricted-globals'],
  ['src/script/random.ts', 'export const dice = (): number => Math.random();\n', 'no-restricted-properties'],
  ['src/analysis/deep/up.ts', "export { x } from '../../engine/fine.ts';\n", 'no-restricted-imports'],
  ['src/analysis/process.ts', 'export const cwd = (): string => process.cwd();\n', 'no-restricted-globals'],
  [
    'src/protocol/node.ts',
    "import { readFileSync } from 'node:fs';\nexport const f = readFileSync;\n",
    'no-restricted-imports',
  ],
  [
    'src/report/types.ts',
    "import type { x } from '../cli/fine.ts';\nexport type Y = typeof x;\n",
    'no-restricted-imports',
  ],
  ['src/engine/adapter.ts', "export { x } from '../docker/fine.ts';\n", 'no-restricted-imports'],
  ['src/docker/deep/sibling.ts', "export { x } from '../../store/fine.ts';\n", 'no-restricted-imports'],
  ['src/redis/deep/sibling.ts', "export { x } from '../../http/fine.ts';\n", 'no-restricted-imports'],
  ['src/git/sibling.ts', "export { x } from '../docker/fine.ts';\n", 'no-restricted-imports'],
  ['src/prism/sibling.ts', "export { x } from '../docker/fine.ts';\n", 'no-restricted-imports'],
  ['src/store/sibling.ts', "export { x } from '../cli/fine.ts';\n", 'no-restricted-imports'],
  ['src/cli/sibling.ts', "export { x } from '../store/fine.ts';\n", 'no-restricted-imports'],
  ['src/http/sibling.ts', "export { x } from '../cli/fine.ts';\n", 'no-restricted-imports'],
  ['src/action/sibling.ts', "export { x } from '../cli/fine.ts';\n", 'no-restricted-imports'],
  ['src/cli/bin.ts', "export { x } from '../bin/fine.ts';\n", 'no-restricted-imports'],
  ['src/cli/composition.ts', "export { x } from '../composition/fine.ts';\n", 'no-restricted-imports'],
  ['src/usecases/deep/face.ts', "export { x } from '../../cli/fine.ts';\n", 'no-restricted-imports'],
  ['src/usecases/adapter.ts', "export { x } from '../docker/fine.ts';\n", 'no-restricted-imports'],
  ['src/engine/words.ts', "export { x } from '../report/fine.ts';\n", 'no-restricted-imports'],
  ['src/engine/deep/usecase.ts', "export { x } from '../../usecases/fine.ts';\n", 'no-restricted-imports'],
  ['src/workers/engine.ts', "export { x } from '../docker/fine.ts';\n", 'no-restricted-imports'],
  ['src/composition/entrance.ts', "export { x } from '../bin/fine.ts';\n", 'no-restricted-imports'],
  ['src/protocol/beside.ts', "export { x } from '../analysis/fine.ts';\n", 'no-restricted-imports'],
  [
    'src/engine/ring-a.ts',
    "import { b } from './ring-b.ts';\nexport const a = (): unknown => b;\n",
    'no-cycle',
  ],
  [
    'src/engine/ring-b.ts',
    "import { a } from './ring-a.ts';\nexport const b = (): unknown => a;\n",
    'no-cycle',
  ],
  [
    'src/store/floating.ts',
    'const f = async (): Promise<void> => {};\nexport const g = (): void => {\n  f();\n};\n',
    'no-floating-promises',
  ],
];

const FINE: readonly (readonly [path: string, text: string])[] = [
  ...[
    'domain',
    'script',
    'analysis',
    'protocol',
    'report',
    'engine',
    'docker',
    'git',
    'prism',
    'store',
    'http',
    'usecases',
    'cli',
    'composition',
    'bin',
  ].map((folder) => [`src/${folder}/fine.ts`, 'export const x = 1;\n'] as const),
  ['src/report/down.ts', "export { x } from '../domain/fine.ts';\n"],
  ['src/report/date.ts', 'export const since = (at: Date): number => at.getTime();\n'],
  ['src/engine/down.ts', "export { x } from '../analysis/fine.ts';\n"],
  [
    'src/docker/deep/down.ts',
    "export { x } from '../../engine/fine.ts';\nexport { join } from 'node:path';\n",
  ],
  ['src/bin/all.ts', "export { x } from '../docker/fine.ts';\nexport { x as y } from '../cli/fine.ts';\n"],
  ['src/domain/cell/within.ts', "export { x } from '../fine.ts';\n"],
  ['src/report/explain/rule.ts', "export { x } from '../../analysis/fine.ts';\n"],
  ['src/cli/shared.ts', "export { x } from '../usecases/fine.ts';\n"],
];

/** Folders that domain must not import: all others, including future ones. */
const BESIDE_DOMAIN = (await readdir(join(root, 'src'))).filter((folder) => folder !== 'domain');
const FROM_DOMAIN = BESIDE_DOMAIN.map(
  (folder) =>
    [
      `src/domain/deep/${folder}.ts`,
      `export { x } from '../../${folder}/fine.ts';\n`,
      'no-restricted-imports',
    ] as const,
);

let house: string;
let found: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'matrix-house-'));
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    await cp(join(root, name), join(house, name));
  await symlink(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const [path, text] of [...FINE, ...OFFENCES, ...FROM_DOMAIN]) {
    await mkdir(dirname(join(house, path)), { recursive: true });
    await writeFile(join(house, path), text);
  }
  found = await lint();
}, 60_000);
afterAll(() => rm(house, { recursive: true, force: true }));

/** Runs the linter; returns broken rules by file. */
async function lint(): Promise<ReadonlyMap<string, readonly string[]>> {
  const output = await new Promise<string>((resolve) => {
    const oxlint = join(root, 'node_modules/.bin/oxlint');
    // It exits with 1 because there is something to find: the report is what counts.
    execFile(oxlint, ['--format', 'json', 'src'], { cwd: house, maxBuffer: 1 << 24 }, (_, stdout) =>
      resolve(stdout),
    );
  });
  const report = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  const rules = new Map<string, string[]>();
  for (const { code, filename } of report.diagnostics)
    rules.set(filename, [...(rules.get(filename) ?? []), code]);
  return rules;
}

test.each([...OFFENCES, ...FROM_DOMAIN])('%s is an offence', (path, _, rule) => {
  expect(found.get(path) ?? []).toContainEqual(expect.stringContaining(rule));
});

test.each(FINE)('%s is fine', (path) => {
  expect(found.get(path) ?? []).toEqual([]);
});
