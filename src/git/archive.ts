import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import type { Checkout } from '../engine/ports.ts';
import { GIT_ENV, PLAIN } from './run-git.ts';

const SHOWN = 400;

/** Streams the files of a commit as a tar; the stream fails with git's words. */
export function archive({ repository, hash, folder }: Checkout, signal: AbortSignal): Readable {
  const tree = folder === '.' ? hash : `${hash}:${folder}`;
  const child = spawn('git', [...PLAIN, '--git-dir', repository, 'archive', '--format=tar', tree], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...GIT_ENV },
    signal,
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString('utf8')).slice(0, SHOWN)));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(said.trim() || `git archive ended with ${code}`)),
    );
  });
  ended.catch(() => undefined);
  async function* files(): AsyncGenerator<Buffer> {
    for await (const piece of child.stdout) yield piece as Buffer;
    await ended;
  }
  return Readable.from(files(), { objectMode: false });
}
