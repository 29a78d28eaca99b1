import { access } from 'node:fs/promises';

/** Checks whether something is at `path`. */
export async function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
