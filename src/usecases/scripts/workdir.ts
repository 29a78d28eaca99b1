import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { InputFile } from '../../engine/plan/pack-files.ts';
import type { Result } from '../../domain/result.ts';
import { fileProblem } from '../file-problem.ts';

const LIMITS = { bytes: 32 * 1024 * 1024, files: 4000 };
/** Scripts do not read the history, which is often larger than all the rest. */
const LEFT_OUT = ['.git'];

/**
 * Reads a folder for the script's working directory: 32 MiB and 4,000 files at most, without `.git`.
 * @param option the option that named it, for messages
 * @param leftOut further files and folders, by their names A link to a file of the folder is read as that
 * file; a link that leaves the folder is refused.
 */
export async function readWorkdir(
  folder: string,
  option = '--workdir-from',
  leftOut: readonly string[] = [],
): Promise<Result<readonly InputFile[]>> {
  let root: string;
  try {
    root = await realpath(folder);
    if (!(await stat(root)).isDirectory()) {
      return { ok: false, message: `${option} ${folder} is a file: name the folder it is in` };
    }
  } catch (error) {
    return { ok: false, message: `${option}: ${fileProblem(error, folder, 'read')}` };
  }
  const files: InputFile[] = [];
  const problem = await readInto(
    files,
    root,
    root,
    { left: LIMITS.bytes },
    new Set([...LEFT_OUT, ...leftOut]),
  );
  return problem === null
    ? { ok: true, value: files }
    : { ok: false, message: `${option} ${folder}: ${problem}` };
}

async function readInto(
  files: InputFile[],
  root: string,
  folder: string,
  bytes: { left: number },
  leftOut: ReadonlySet<string>,
): Promise<string | null> {
  for (const name of (await readdir(folder)).toSorted()) {
    if (leftOut.has(name)) continue;
    const path = join(folder, name);
    const shown = relative(root, path);
    try {
      const kind = await lstat(path);
      const problem = kind.isDirectory()
        ? await readInto(files, root, path, bytes, leftOut)
        : await readOne(files, root, path, shown, bytes);
      if (problem !== null) return problem;
    } catch (error) {
      return fileProblem(error, shown, 'read');
    }
  }
  return null;
}

async function readOne(
  files: InputFile[],
  root: string,
  path: string,
  shown: string,
  bytes: { left: number },
): Promise<string | null> {
  const target = await realpath(path);
  if (!target.startsWith(root + sep))
    return `${shown} is a link that leaves the folder: copy the file into it`;
  const about = await stat(target);
  if (about.isDirectory()) return `${shown} is a link to a folder: put the folder itself there`;
  if (!about.isFile()) return `${shown} is no regular file (a pipe, socket or device): move it elsewhere`;
  bytes.left -= about.size;
  if (bytes.left < 0)
    return `it holds more than ${LIMITS.bytes / 1024 / 1024} MiB: give a folder with what the script needs`;
  if (files.length >= LIMITS.files)
    return `it holds more than ${LIMITS.files} files: give a folder with what the script needs`;
  files.push({ path: shown.split(sep).join('/'), content: await readFile(target) });
  return null;
}
