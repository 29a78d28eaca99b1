/** What the bundles of the program and of the Action have in common. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { hashMeasuringParts } from '../src/composition/measuring-version.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
const parser = join(root, 'node_modules/@ruby/prism/src/prism.wasm');

/**
 * What dockerode loads at once for engines over ssh, which are refused, and for BuildKit, whose sessions are not used: a
 * third of a short command's time.
 */
const UNUSED = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader'];

/** Bundles entry points for Node, with Prism's WebAssembly beside them, where it looks for it. */
export async function bundle(folder: string, options: BuildOptions): Promise<void> {
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    // A bundle does not show which sources measure: it gets their hashes.
    define: { BUNDLED_PARTS: JSON.stringify(await hashMeasuringParts()) },
    alias: Object.fromEntries(UNUSED.map((name) => [name, join(root, '.ci/unused.cjs')])),
    // What is CommonJS among the dependencies asks for these.
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
      ].join('\n'),
    },
    ...options,
  });
  await copyFile(parser, join(folder, 'prism.wasm'));
}
