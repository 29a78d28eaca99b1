import { CommanderError, type Command } from 'commander';
import { EXIT, type ExitCode } from './command-error.ts';
import { describeError } from './describe-error.ts';
import { program } from './program.ts';
import type { MainDeps } from './serve-deps.ts';
import { flushed, guardStreams } from './streams.ts';

/**
 * Runs one command line (without node and the program's own path) and gives its exit code, when everything that
 * was written has left. Never rejects.
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
    exitCode = toldTo((line) => stderr.write(`${line}\n`), error);
  }
  await Promise.all([flushed(stdout), flushed(stderr)]);
  if (health.lost === null) return exitCode;
  stderr.write(`matrix: ${health.lost}; the run is kept: matrix report latest\n`);
  await flushed(stderr);
  return EXIT.usage;
}

/** commander writes in this program's voice, and throws where it would end the process. */
function quietExits(command: Command, deps: MainDeps): void {
  const { stdout, stderr } = deps.streams;
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'matrix: ')),
  });
  for (const sub of command.commands) quietExits(sub, deps);
}

function toldTo(say: (line: string) => void, error: unknown): ExitCode {
  // commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { exitCode, message } = describeError(error);
  say(`matrix: ${message}`);
  return exitCode;
}
