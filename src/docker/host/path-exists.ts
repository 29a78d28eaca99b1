import { access } from 'node:fs/promises';

/** Returns true when something is at `path`. */
export async function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
