/** What the bundles of the program and of the Action have in common. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { hashMeasuringParts } from '../src/composition/measuring-version.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
const parser = join(root, 'node_modules/@ruby/prism/src/prism.wasm');

/**
 * What dockerode loads at once for engines over ssh, which are refused, and for BuildKit, whose sessions are not used: a
 * third of a short command's time.
 */
const UNUSED = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader'];

/**
 * Node's own http and https, asked for when they are needed: importing them reads every export, one of which loads a
 * WebSocket client, a tenth of a short command's time.
 */
const lazyHttp: Plugin = {
  name: 'lazy-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?https?$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path: path.replace('node:', ''), namespace: 'lazy-http' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy-http' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/** Bundles entry points for Node, with Prism's WebAssembly beside them, where it looks for it. */
export async function bundle(folder: string, options: BuildOptions): Promise<void> {
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    // Half as much to read at every start. Names stay, for the stacks of errors.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [lazyHttp],
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
