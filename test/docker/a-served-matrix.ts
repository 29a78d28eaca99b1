import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServedMatrix extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

/** `matrix serve` as a process of its own, on a port of 127.0.0.1 that the system chooses. */
export async function startService(): Promise<ServedMatrix> {
  const results = await mkdtemp(join(tmpdir(), 'matrix-served-'));
  const token = 'a-token-for-this-test-alone-0123456789';
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--results', results], {
    env: { ...process.env, MATRIX_TOKEN: token },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^listening on (\S+)$/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  child.stdout.resume();
  return {
    url,
    token,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(results, { recursive: true });
    },
  };
}
