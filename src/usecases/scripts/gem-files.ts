import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative } from 'node:path';
import { isFolder } from '../../engine/plan/asked-gems.ts';
import type { InputFile } from '../../engine/plan/pack-files.ts';
import type { Result } from '../../domain/result.ts';
import { fileProblem } from '../file-problem.ts';
import type { RunOptions } from '../options/run-options.ts';
import { readWorkdir } from './workdir.ts';

interface GemFiles {
  readonly files: readonly InputFile[];
  /** The gems, with their folders as paths among the files. */
  readonly gems: readonly string[];
  /** Path of the Gemfile among the files. */
  readonly gemfile: string | null;
}

/** Folders of a gem that are not part of it. */
const NOT_OF_A_GEM = ['tmp', 'pkg', 'coverage', 'node_modules', '.bundle'];
/** Words of a Gemfile that may refer to further files. */
const MORE_FILES = /\b(path|gemspec|eval_gemfile|require_relative|File|Dir|IO)\b/;

/** Finds the Gemfile: the one that was named, or the one beside a script that declares no gems itself. */
export async function gemfileFor(
  text: string,
  scriptPath: string | null,
  asked: RunOptions['gemfile'],
): Promise<string | null> {
  if (asked === null) return null;
  if (asked !== 'beside') return asked.path;
  if (scriptPath === null || /^\s*gemfile\b/m.test(text)) return null;
  const path = join(dirname(scriptPath), 'Gemfile');
  const isThere = await stat(path).then(
    (about) => about.isFile(),
    () => false,
  );
  return isThere ? path : null;
}

/**
 * Reads the folders of gems, and a Gemfile with its lock; with its whole folder where it may refer to further
 * files.
 */
export async function readGemFiles(
  gems: readonly string[],
  gemfile: string | null,
  workdirFrom: string | null,
): Promise<Result<GemFiles>> {
  const files = new Map<string, InputFile>();
  const named: string[] = [];
  for (const gem of gems) {
    if (!isFolder(gem)) {
      named.push(gem);
      continue;
    }
    const read = await readWorkdir(gem, '--gem', NOT_OF_A_GEM);
    if (!read.ok) return read;
    const at = placeInside(gem);
    for (const { path, content } of read.value) add(files, at === '.' ? path : `${at}/${path}`, content);
    named.push(at === '.' ? '.' : `./${at}`);
  }
  if (gemfile === null)
    return { ok: true, value: { files: [...files.values()], gems: named, gemfile: null } };
  const problem = await addGemfile(files, gemfile, workdirFrom);
  if (typeof problem === 'object')
    return { ok: true, value: { files: [...files.values()], gems: named, ...problem } };
  return { ok: false, message: problem };
}

/** Adds the Gemfile and its lock to the files. Returns its path among them, or what is wrong. */
async function addGemfile(
  files: Map<string, InputFile>,
  path: string,
  workdirFrom: string | null,
): Promise<{ readonly gemfile: string } | string> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    return `--gemfile: ${fileProblem(error, path, 'read')}`;
  }
  const inside = workdirFrom === null ? null : relative(workdirFrom, path);
  const name = inside === null || inside.startsWith('..') || isAbsolute(inside) ? basename(path) : inside;
  if (inside !== name && MORE_FILES.test(content.toString('utf8'))) {
    const read = await readWorkdir(dirname(path), '--gemfile', NOT_OF_A_GEM);
    if (!read.ok) return read.message;
    for (const file of read.value) add(files, file.path, file.content);
  }
  add(files, name, content);
  const lock = await readFile(`${path}.lock`).catch(() => null);
  if (lock !== null) add(files, `${name}.lock`, lock);
  return { gemfile: name };
}

const add = (files: Map<string, InputFile>, path: string, content: Uint8Array): void =>
  void files.set(path, { path, content });

/**
 * Chooses the place of a folder beside the script: the path it was named by, or its own name where it comes
 * from outside.
 */
function placeInside(folder: string): string {
  const path = normalize(folder).replace(/\/+$/, '');
  return isAbsolute(path) || path.startsWith('..') ? basename(join(process.cwd(), path)) : path;
}
