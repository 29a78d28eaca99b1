import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandWorks } from '../../../src/docker/host/command.ts';

const BUILD = fileURLToPath(new URL('../../../images/build.sh', import.meta.url));
const COMPILER = 'aarch64-linux-gnu-gcc';
/** e_machine of ELF. */
const AARCH64 = 183;
const run = promisify(execFile);

const hasCompiler = await commandWorks(COMPILER, '--version');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-arm64-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.skipIf(!hasCompiler)('the parts compile for arm64 without a warning', async () => {
  const env = { ...process.env, CC: `${COMPILER} -Werror` };
  const { stderr } = await run('sh', [BUILD, folder], { env });
  expect(stderr).toBe('');
  for (const part of ['probe.so', 'tracer.so', 'supervisor']) {
    const head = await readFile(join(folder, part));
    expect([part, head.readUInt16LE(18)]).toEqual([part, AARCH64]);
  }
});
