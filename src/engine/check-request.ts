import type { RunRequest } from './run-request.ts';

/** Arguments that images/supervisor hands to ruby at most. */
const MOST_ARGUMENTS = 64;

/** Why a request cannot be given to a container, or null. `scriptPath` is where its script lies. */
export function problemOf({ args, files }: RunRequest, scriptPath: string): string | null {
  if (args.length > MOST_ARGUMENTS) {
    return `the script has ${args.length} arguments, and ${MOST_ARGUMENTS} are the most: let it read them from a file beside it`;
  }
  return clashOf([scriptPath, ...files.map((file) => file.path)]);
}

/** Two paths that cannot both be files, since one is a folder of the other; null where there are none. */
export function clashOf(paths: readonly string[]): string | null {
  const files = new Set(paths);
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (files.has(folder))
        return `${folder} is a file, and ${path} needs a folder of that name: rename one`;
    }
  }
  return null;
}
