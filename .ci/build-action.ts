/**
 * Bundles the Action into dist/action, which is committed: a workflow runs it straight from the repository.
 * `--check` builds beside it and fails where what is committed is not what the sources give.
 */
import { copyFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const committed = join(root, 'dist', 'action');

async function bundle(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/bin/action.ts'],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    legalComments: 'linked',
    logLevel: 'warning',
    // ssh2 tries its compiled parts and does without them; nothing here speaks ssh.
    external: ['*.node'],
    // What is CommonJS among the dependencies asks for these.
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
      ].join('\n'),
    },
  });
  // Prism looks for it beside the module that it is in.
  await copyFile(join(root, 'node_modules/@ruby/prism/src/prism.wasm'), join(folder, 'prism.wasm'));
}

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
  await bundle(fresh);
  const upToDate = await same(fresh, committed);
  await rm(fresh, { recursive: true });
  if (!upToDate) {
    process.stderr.write('dist/action is not what the sources give: npm run build:action, and commit it\n');
    process.exit(1);
  }
} else {
  await rm(committed, { recursive: true, force: true });
  await bundle(committed);
}
