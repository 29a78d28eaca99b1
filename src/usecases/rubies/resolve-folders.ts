import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { folderName, type AskedFolder } from '../../domain/ruby/ruby-folder.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import { CommandError } from '../command-error.ts';
import type { EngineAccess, Streams } from '../deps.ts';
import type { RunOptions } from '../options/run-options.ts';
import type { ChosenRubies } from './default-rubies.ts';

/** The rubies of folders, and the folders as they were typed. */
export interface FolderRubies extends ChosenRubies {
  readonly asked: readonly AskedFolder[];
}

/**
 * Packs each folder with an installed ruby into an image; a folder packed before is only read.
 * @throws {CommandError} for a folder without a ruby that can be measured
 */
export async function resolveFolders(
  { folders, quiet }: RunOptions,
  matrix: Matrix,
  { containers }: EngineAccess,
  { stderr }: Streams,
): Promise<FolderRubies> {
  const rubies: Ruby[] = [];
  const notes: string[] = [];
  const asked: AskedFolder[] = [];
  const say = (line: string): void => void (quiet || stderr.write(`matrix: ${line}\n`));
  for (const typed of folders) {
    const path = resolve(typed.replace(/^~(?=\/)/, homedir()));
    const name = folderName(path, matrix.rubies);
    if (rubies.some((ruby) => ruby.name === name))
      throw new CommandError(`--ruby ${typed}: another folder is called ${name}, too: rename one of them`);
    if (containers.resolveFolder === undefined)
      throw new CommandError(`--ruby ${typed}: folders are measured by the command line only`);
    const found = await containers.resolveFolder(
      { path, name },
      suitesOf(matrix),
      say,
      new AbortController().signal,
    );
    if (!found.ok) throw new CommandError(found.message, 'no-ruby-here');
    asked.push({ path: typed, name });
    rubies.push(found.value.ruby);
    notes.push(...found.value.notes);
  }
  return { rubies, notes, asked };
}

/** Lists Debian's suites that the matrix makes bases of, the one with the oldest ruby first. */
const suitesOf = ({ rubies }: Matrix): readonly string[] => [
  ...new Set(
    rubies.flatMap(({ sources }) => sources.flatMap((one) => (one.kind === 'debian' ? [one.suite] : []))),
  ),
];
