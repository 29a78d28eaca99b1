import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { httpApiPage } from './http-api.ts';
import { matrixYamlPage } from './matrix-yaml.ts';
import { optionsPage } from './options.ts';
import { recordPage } from './record.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const MADE = '<!-- Made by `npm run docs` from the sources: change those. -->\n\n';

/** Makes every generated page, by its path. */
export async function madePages(): Promise<ReadonlyMap<string, string>> {
  const matrixFile = join(root, 'matrix.yaml');
  const pages = {
    'docs/record.md': recordPage(),
    'docs/matrix-yaml.md': await matrixYamlPage(matrixFile),
    'docs/options.md': await optionsPage(join(root, 'action.yml')),
    'docs/http-api.md': await httpApiPage(matrixFile),
  };
  return new Map(Object.entries(pages).map(([path, text]) => [path, MADE + text]));
}

/** Lists the pages that differ from what the sources give. */
export async function stalePages(): Promise<readonly string[]> {
  const pages = [...(await madePages())];
  const written = await Promise.all(
    pages.map(([path]) => readFile(join(root, path), 'utf8').catch(() => '')),
  );
  return pages.filter(([, text], index) => text !== written[index]).map(([path]) => path);
}
