import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MEASURING, measuringVersion } from '../../../src/composition/measuring-version.ts';
import { chosenFiles } from '../../../src/store/files/folder-hash.ts';
import { MATRIX } from '../cli/deps.ts';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));
const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.{1,2}\/[^']+)';/gms;

/** Collects everything that runs when this file does. */
async function closureOf(path: string, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = await readFile(path, 'utf8');
  for (const [, from = ''] of text.matchAll(IMPORT)) await closureOf(join(dirname(path), from), seen);
  return seen;
}

test('what measures, judges and names is part of what makes an answer the same; the service is not', async () => {
  const chosen = new Set(await chosenFiles(SRC, MEASURING));
  const running = new Set<string>();
  const starts = ['run/run', 'local-runner', 'plan/plan-run', 'explain/choose'].map(
    (name) => `engine/${name}.ts`,
  );
  for (const start of [...starts, 'report/summary/sentence.ts', 'prism/parser.ts'])
    await closureOf(join(SRC, start), running);
  const missing = [...running].map((path) => relative(SRC, path)).filter((path) => !chosen.has(path));
  expect(missing).toEqual([]);
  expect(running.size).toBeGreaterThan(80);
  expect(chosen).toContain('docker/run/hardening.ts');
  const beside = [...chosen].filter((path) =>
    /^(http|usecases|cli|action|store|engine\/(service|schedule)|report\/page)/.test(path),
  );
  expect(beside).toEqual([]);
});

test('other limits and another runtime are other answers', async () => {
  const usual = await measuringVersion(MATRIX);
  expect(await measuringVersion({ ...MATRIX })).toBe(usual);
  const limits = { ...MATRIX.limits, memoryMiB: MATRIX.limits.memoryMiB * 2 };
  expect(await measuringVersion({ ...MATRIX, limits })).not.toBe(usual);
  expect(await measuringVersion({ ...MATRIX, runtime: 'runsc' })).not.toBe(usual);
});
