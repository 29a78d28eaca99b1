/**
 * Writes the reference below docs/ from the schemas that validate, the commands and the Action. `--check` writes
 * nothing and fails where a page is not what the sources give.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madePages, root, stalePages } from './docs/pages.ts';

if (process.argv.includes('--check')) {
  const stale = await stalePages();
  if (stale.length > 0) {
    process.stderr.write(`${stale.join(', ')}: not what the sources give; npm run docs, and commit it\n`);
    process.exit(1);
  }
} else {
  for (const [path, text] of await madePages()) await writeFile(join(root, path), text);
}
