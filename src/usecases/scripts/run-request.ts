import { realpath } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import type { MeasureOptions, NamedOptions } from '../../domain/run/options.ts';
import type { RunRequest } from '../../engine/plan/run-request.ts';
import { CommandError, type ErrorCode } from '../command-error.ts';
import type { Result } from '../../domain/result.ts';
import type { RunOptions } from '../options/run-options.ts';
import { gemfileFor, readGemFiles } from './gem-files.ts';
import { readScript, scriptText } from './script-input.ts';
import { readWorkdir } from './workdir.ts';

/** The part of a request that is read from files. */
export type ReadSource = Pick<RunRequest, 'script' | 'body' | 'files'>;

/**
 * Adds the files that gems come from, and names gems and Gemfile as they are beside the script.
 * @throws {CommandError}
 */
export async function withGemFiles(
  source: ReadSource,
  scriptPath: string | null,
  run: Pick<RunOptions, 'gemfile' | 'workdirFrom'>,
  asked: Pick<MeasureOptions, 'gems'>,
): Promise<ReadSource & Pick<MeasureOptions, 'gems' | 'gemfile'>> {
  const gemfile = await gemfileFor(source.script?.text ?? '', scriptPath, run.gemfile);
  const found = must(await readGemFiles(asked.gems, gemfile, run.workdirFrom));
  const taken = new Set(found.files.map(({ path }) => path));
  const files = [...source.files.filter(({ path }) => !taken.has(path)), ...found.files];
  return { ...source, files, gems: found.gems, gemfile: found.gemfile };
}

/**
 * Reads a script and the files beside it.
 * @throws {CommandError}
 */
export async function readScriptFile(
  path: string,
  options: RunOptions,
  limitKiB: number,
): Promise<ReadSource> {
  const files = await besides(options.workdirFrom);
  const read = await readScript(path, limitKiB);
  // `matrix run repro.rb 1000` likely means an argument of the script.
  const { source } = options;
  const several = 'paths' in source && source.paths.length > 1;
  if (!read.ok && several)
    throw new CommandError(`${read.message} (arguments of a script go after --)`, 'unreadable-script');
  const text = must(read);
  checkLoopLine(options.named.loopLine, text, path);
  return { script: { name: await nameInside(path, options.workdirFrom), text }, body: null, files };
}

/**
 * Reads the code of -e and --setup.
 * @throws {CommandError}
 */
export async function readBody(
  body: string,
  setup: string,
  workdirFrom: string | null,
  limitKiB: number,
): Promise<ReadSource> {
  must(scriptText('-e with --setup', new TextEncoder().encode(`${setup}\n${body}`), limitKiB));
  return { script: null, body: { setup, body }, files: await besides(workdirFrom) };
}

async function besides(folder: string | null): Promise<ReadSource['files']> {
  return folder === null ? [] : must(await readWorkdir(folder), 'unreadable-file');
}

function checkLoopLine(loopLine: NamedOptions['loopLine'], text: string, path: string): void {
  const lines = text.split('\n').length;
  if (loopLine && loopLine > lines) {
    throw new CommandError(
      `--loop ${loopLine}: ${path} has ${lines} lines; give the line that the loop begins on`,
    );
  }
}

/**
 * Names the script: inside --workdir-from it keeps its place, so that `require_relative` finds the same
 * files.
 */
async function nameInside(path: string, folder: string | null): Promise<string> {
  if (folder === null) return basename(path);
  const inside = relative(await realpath(folder), await realpath(path));
  return inside === '' || inside.startsWith(`..${sep}`) || inside === '..'
    ? basename(path)
    : inside.split(sep).join('/');
}

function must<T>(result: Result<T>, code: ErrorCode = 'unreadable-script'): T {
  if (!result.ok) throw new CommandError(result.message, code);
  return result.value;
}
