/**
 * Runs the program: its bundle, which starts in half the time, where nothing has changed since `npm run build`; else
 * from source.
 */
import { readdirSync, statSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const bundle = new URL('dist/bin/matrix.js', root);

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

function isUpToDate(): boolean {
  try {
    return statSync(bundle).mtimeMs > lastChange();
  } catch {
    return false; // it was never built
  }
}

await import((isUpToDate() ? bundle : new URL('src/bin/matrix.ts', root)).href);
