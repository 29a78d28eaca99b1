import { CommanderError, type Command } from 'commander';
import { EngineError, StoreError } from '../engine/ports.ts';
import { RequestError } from '../engine/run-matrix.ts';
import { CommandError, EXIT, type ExitCode } from './command-error.ts';
import type { Deps } from './deps.ts';
import { program } from './program.ts';
import { flushed, guardStreams } from './streams.ts';

/**
 * Runs one command line (without node and the program's own path) and gives its exit code, when everything that
 * was written has left. Never rejects.
 */
export async function main(args: readonly string[], deps: Deps): Promise<ExitCode> {
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
    exitCode = explained(error, (line) => stderr.write(`${line}\n`));
  }
  await Promise.all([flushed(stdout), flushed(stderr)]);
  if (health.lost === null) return exitCode;
  stderr.write(`matrix: ${health.lost}; the run is kept: matrix report latest\n`);
  await flushed(stderr);
  return EXIT.usage;
}

/** commander writes in this program's voice, and throws where it would end the process. */
function quietExits(command: Command, deps: Deps): void {
  const { stdout, stderr } = deps.streams;
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'matrix: ')),
  });
  for (const sub of command.commands) quietExits(sub, deps);
}

function explained(error: unknown, say: (line: string) => void): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    say(`matrix: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof EngineError) {
    say(`matrix: ${error.message}`);
    return EXIT.noEngine;
  }
  if (error instanceof StoreError || error instanceof RequestError) {
    say(`matrix: ${error.message}`);
    return EXIT.usage;
  }
  say(`matrix: this is a bug of matrix, please report it with the lines below\n${stackOf(error)}`);
  return EXIT.internal;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
