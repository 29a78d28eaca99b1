/** Tells whether the bundle of the program is what the sources give. */
import { readdirSync, statSync } from 'node:fs';

const root = new URL('../', import.meta.url);

export const BUNDLE: URL = new URL('dist/bin/matrix.js', root);

const changedAt = (path: string): number => statSync(new URL(path, root)).mtimeMs;

/** Folders are asked, too: only they show that a file was removed. */
function lastChange(): number {
  const sources = readdirSync(new URL('src/', root), { recursive: true }).map(
    (path) => `src/${String(path)}`,
  );
  return Math.max(
    ...['src', '.ci/build.ts', '.ci/bundle.ts', 'package-lock.json', ...sources].map(changedAt),
  );
}

export function isBuilt(): boolean {
  try {
    return statSync(BUNDLE).mtimeMs > lastChange();
  } catch {
    return false; // it was never built
  }
}
