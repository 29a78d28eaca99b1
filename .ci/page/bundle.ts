import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The module that holds the script. */
export const PAGE_MODULE: string = join(root, 'src/report/page/page-script.ts');

/**
 * Modules that d3-zoom only needs to move from one part to another over time, which pages do not: 40 KB less in every
 * exported page.
 */
const WITHOUT: Readonly<Record<string, string>> = {
  'd3-transition': `import { selection } from 'd3-selection';
selection.prototype.interrupt = function () { return this; };
export function interrupt() {}`,
  'd3-interpolate': 'export const interpolateZoom = undefined;',
};

const withoutTransitions: Plugin = {
  name: 'without-transitions',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^d3-(transition|interpolate)$/ }, ({ path }) => ({ path, namespace: 'without' }));
    onLoad({ filter: /.*/, namespace: 'without' }, ({ path }) => ({
      contents: WITHOUT[path] ?? '',
      resolveDir: root,
    }));
  },
};

/** Makes the text of the module: the script, and the hash by which a Content-Security-Policy allows it. */
export async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/report/page/browser/main.ts'],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2023',
    charset: 'ascii',
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
    plugins: [withoutTransitions],
  });
  const script = outputFiles[0]?.text ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  return `/** Made by \`npm run build:page\` of what is in browser/, and of d3-zoom, d3-selection and d3-array (ISC licence, © Mike Bostock). */
export const pageScript: string = ${JSON.stringify(script)};

/** Hash of the script, for a Content-Security-Policy. */
export const PAGE_SCRIPT_HASH = 'sha256-${hash}';
`;
}
