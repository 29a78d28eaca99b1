/**
 * Bundles the Action into dist/action, which is committed: a workflow runs it straight from the repository.
 * `--check` builds beside it and fails where what is committed is not what the sources give.
 */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, root } from './bundle.ts';

const committed = join(root, 'dist', 'action');

const bundleAction = (folder: string): Promise<void> =>
  bundle(folder, {
    entryPoints: ['src/bin/action.ts'],
    outfile: join(folder, 'index.js'),
    target: 'node24',
    minify: true,
    legalComments: 'linked',
  });

async function same(one: string, other: string): Promise<boolean> {
  const [files, others] = await Promise.all([readdir(one), readdir(other).catch((): string[] => [])]);
  if (files.length !== others.length || !files.every((file) => others.includes(file))) return false;
  const equal = files.map(async (file) =>
    (await readFile(join(one, file))).equals(await readFile(join(other, file))),
  );
  return (await Promise.all(equal)).every(Boolean);
}

if (process.argv.includes('--check')) {
  const fresh = await mkdtemp(join(tmpdir(), 'matrix-action-'));
  await bundleAction(fresh);
  const upToDate = await same(fresh, committed);
  await rm(fresh, { recursive: true });
  if (!upToDate) {
    process.stderr.write('dist/action is not what the sources give: npm run build:action, and commit it\n');
    process.exit(1);
  }
} else {
  await rm(committed, { recursive: true, force: true });
  await bundleAction(committed);
}
