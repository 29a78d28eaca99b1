import { CommanderError, type Command } from 'commander';
import {
  EXIT,
  exitCodeFor,
  describeError,
  type CommandFailure,
  type ExitCode,
} from '../usecases/command-error.ts';
import { program } from './program.ts';
import type { MainDeps } from './serve/serve-deps.ts';
import { flushed, guardStreams } from './streams.ts';

/**
 * Runs one command line (without node and the program's own path). Resolves with its exit code once all
 * output is flushed; never rejects.
 */
export async function main(args: readonly string[], deps: MainDeps): Promise<ExitCode> {
  const { stdout, stderr } = deps.streams;
  const health = guardStreams(stdout, stderr);
  const split = args.indexOf('--');
  const own = split === -1 ? args : args.slice(0, split);
  const scriptArgs = split === -1 ? [] : args.slice(split + 1);
  let exitCode: ExitCode = EXIT.ok;
  const root = program(deps, scriptArgs, (code) => (exitCode = code));
  quietExits(root, deps);
  try {
    if (own.length === 0) root.help({ error: true });
    await root.parseAsync(own, { from: 'user' });
  } catch (error) {
    const failure = failureOf(error);
    exitCode = failure === null ? EXIT.ok : exitCodeFor(failure.code);
    // The commander library has printed its own errors already.
    if (failure !== null && !(error instanceof CommanderError)) stderr.write(`matrix: ${failure.message}\n`);
    if (failure !== null) stdout.write(forPrograms(failure, own));
  }
  await Promise.all([flushed(stdout), flushed(stderr)]);
  if (health.lost === null) return exitCode;
  stderr.write(`matrix: ${health.lost}; the run is kept: matrix report latest\n`);
  await flushed(stderr);
  return EXIT.usage;
}

/** Makes the commander library print errors as `matrix: …`, and throw where it would end the process. */
function quietExits(command: Command, deps: MainDeps): void {
  const { stdout, stderr } = deps.streams;
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'matrix: ')),
  });
  for (const sub of command.commands) quietExits(sub, deps);
}

/** Describes an error; null where it only ends `--help` or `--version`. */
function failureOf(error: unknown): CommandFailure | null {
  if (!(error instanceof CommanderError)) return describeError(error);
  return error.exitCode === 0 ? null : { code: 'usage', message: error.message.replace(/^error: /, '') };
}

/** Formats the failure as JSON where that was requested; empty otherwise. */
function forPrograms({ code, message }: CommandFailure, args: readonly string[]): string {
  const at = args.lastIndexOf('--format');
  const format = at === -1 ? args.findLast((arg) => arg.startsWith('--format='))?.slice(9) : args[at + 1];
  const error = { code, message, exitCode: exitCodeFor(code) };
  if (format === 'json') return `${JSON.stringify({ error }, null, 2)}\n`;
  return format === 'ndjson' ? `${JSON.stringify({ type: 'error', ...error })}\n` : '';
}
