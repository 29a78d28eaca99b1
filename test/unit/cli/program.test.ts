import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../src/bin/matrix.ts', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-main-'));
  await writeFile(join(folder, 'repro.rb'), 'loop { $a << 1 }\n');
});
afterEach(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the whole program in a separate process, without an engine. */
function matrix(args: readonly string[], options: { readonly closeStdout?: boolean } = {}): Promise<Ended> {
  const env = { ...process.env, DOCKER_HOST: `unix://${folder}/no.sock` };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    cwd: folder,
    env,
  });
  let [stdout, stderr] = ['', ''];
  if (options.closeStdout === true) child.stdout.destroy();
  else child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('the program', () => {
  it('ends in 4 without an engine, and says what to do', async () => {
    const ended = await matrix(['run', 'repro.rb', '--ruby', '2.3.6']);
    expect(ended).toMatchObject({ code: 4, stdout: '' });
    expect(ended.stderr).toMatch(/^matrix: no Docker engine at .*no\.sock .*\n$/);
  });

  it('ends in 2 for what cannot be run, before it looks for an engine', async () => {
    const unknown = await matrix(['run', 'repro.rb', '--ruby', '2.3.99']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^matrix: --ruby: .*2\.3\.99.*did you mean/);
    await writeFile(join(folder, 'matrix.yaml'), 'official: 3\nlimits: {memoryMiB: lots}\n');
    const broken = await matrix(['run', 'repro.rb']);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(
      /^matrix: matrix\.yaml:1: official: .*\nmatrix\.yaml:2: limits\.memoryMiB: /,
    );
    expect(await readdir(folder)).toEqual(['matrix.yaml', 'repro.rb']);
  });

  it('finds its own matrix from any folder, and outlives a reader that goes away', async () => {
    const listed = await matrix(['rubies', '--ruby', '2.3.6']);
    expect(listed).toMatchObject({ code: 0 });
    expect(listed.stdout).toContain('ruby:2.3.6');
    const cut = await matrix(['rubies'], { closeStdout: true });
    expect(cut.code).toBe(0);
    expect(cut.stderr).not.toContain('EPIPE');
  });

  it('shows what is missing', async () => {
    const ended = await matrix(['doctor']);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/^ok {7}node/);
    expect(ended.stdout).toMatch(/^missing {2}engine .*\n.*→ matrix doctor --fix$/m);
  });
});
