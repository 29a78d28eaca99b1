/**
 * Bundles the program into dist/bin: in a few dozen files it starts in half the time that a thousand modules take.
 * Everything lies in one folder, so that a module finds what is beside it wherever it is bundled to.
 */
import { chmod, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, root } from './bundle.ts';

const folder = join(root, 'dist', 'bin');
await rm(folder, { recursive: true, force: true });
await bundle(folder, {
  entryPoints: ['src/bin/matrix.ts', 'src/workers/*-worker.ts'],
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  outdir: folder,
  splitting: true,
  target: 'node22',
  legalComments: 'none',
  // Those start threads from files of their own packages; these are needed by a fleet only, and name clients that are not
  // installed.
  external: ['piscina', 'pino', 'bullmq', 'ioredis'],
});
// A page's own modules are served as they are.
await cp(join(root, 'src/http/pages/client'), join(folder, 'client'), { recursive: true });
await chmod(join(folder, 'matrix.js'), 0o755);
