import type { CellCode } from '../../domain/measurement/cell-codes.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { isMissingGem, missingFeature } from '../measure/failures/missing-package.ts';

/** How a script was run. */
export interface RunAs {
  readonly text: string;
  readonly args: readonly string[];
  /** Debian package that contains what the script failed to load; null: none is known. */
  readonly offered?: string | null;
}

/** A failed cell: its error, and the line of the script that it came from. */
interface Failed extends Required<RunAs> {
  /** The user's own image that it ran in; null: an image of the matrix. */
  readonly image: string | null;
  readonly code: CellCode | null;
  readonly message: string;
  /** What the script printed. */
  readonly output: string;
  /** The line of the script that the error names; empty where it names none. */
  readonly source: string;
}

interface Rule {
  readonly code: CellCode;
  readonly holds: (failed: Failed) => boolean;
  readonly advice: (failed: Failed) => string;
}

const READS_ARGV = /\bARGV\b|\$\*/;
/** Not `file.gets` or `IO.readlines(path)`. */
const READS_STDIN = /\bSTDIN\b|\$stdin\b|\bARGF\b|\$<|(?<![.\w])(?:gets|readlines?)\b(?!\s*[=(]\s*["'])/;
const IS_NIL = /\bnil\b|NilClass/;
const NO_NETWORK =
  /ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|SocketError|ResolutionError|OpenTimeout|Connection refused|Network is unreachable|getaddrinfo|name resolution|Name or service not known|Failed to open TCP|Could not reach host|could not connect to server|CannotConnect|ConnectionBad/i;

/** Blanks the comments of a script, line by line. */
const usedLines = (text: string): string => text.replaceAll(/^[ \t]*#.*$/gm, '');

/** Things that a cell does not have, each with how its absence looks; the first match is reported. */
const RULES: readonly Rule[] = [
  {
    code: 'missing-argument',
    holds: ({ text, args, code, message, output, source }) =>
      args.length === 0 &&
      needsArgument(text) > 0 &&
      (IS_NIL.test(message) ||
        message.startsWith('OptionParser::') ||
        READS_ARGV.test(source) ||
        (code === 'script-exited' && /\busage\b/i.test(`${message}\n${output}`))),
    advice: ({ text }) =>
      `the script reads ARGV (line ${needsArgument(text)}) and was given no arguments: put them after --, as in matrix run repro.rb -- 100 (POST /runs: args)`,
  },
  {
    code: 'missing-file',
    holds: ({ message, source }) =>
      missingFeature(message) !== '' &&
      (/^[./]/.test(missingFeature(message)) || /require_relative/.test(source)),
    advice: (failed) =>
      `${lastPart(missingFeature(failed.message))} is not beside the script here: give its folder with --workdir-from DIR (POST /runs: files)`,
  },
  {
    code: 'missing-gem',
    holds: ({ message }) => isMissingGem(message),
    advice: ({ message, offered, image }) => {
      const name = missingFeature(message).split('/')[0] ?? '';
      if (offered !== null)
        return `${name || 'what it asks for'} is a package of Debian: --debian-package ${offered} adds it to Debian's rubies; anywhere, --gem ${name || 'NAME'} installs it`;
      const what = name === '' ? 'the gems it asks for are' : `${name} is`;
      if (image !== null)
        return `${what} not in ${image}: build it with the gems that the script needs, or measure a ruby (--ruby) with --gem`;
      return `${what} not in the image of this ruby: --gem ${name || 'NAME'} installs it (POST /runs: options.gems), and so does a Gemfile beside the script`;
    },
  },
  {
    code: 'missing-network',
    holds: ({ message }) => NO_NETWORK.test(message),
    advice: () =>
      'a script has no network here but its own loopback, and no server runs beside it: start one in a thread of the script, before its loop, or put what the call returns into the script',
  },
  {
    code: 'missing-input',
    holds: ({ text, message, source }) =>
      (/^EOFError\b/.test(message) && READS_STDIN.test(usedLines(text))) ||
      (IS_NIL.test(message) && READS_STDIN.test(source)),
    advice: () =>
      'standard input is empty here: put the text into the script, or into a file that lies beside it (--workdir-from DIR; POST /runs: files)',
  },
  {
    code: 'missing-environment',
    holds: ({ text, message, source }) =>
      /^KeyError\b/.test(message)
        ? /\bENV\b/.test(usedLines(text))
        : IS_NIL.test(message) && /\bENV\b/.test(source),
    advice: () =>
      'the environment of your shell is not passed on: set what the script needs in it, as in ENV["X"] = "1"',
  },
  {
    code: 'missing-permission',
    holds: ({ message }) => /^Errno::(?:EROFS|EACCES|EPERM)\b/.test(message),
    advice: () =>
      'a script may write to its working directory and /tmp here, and has no rights beyond that: change its paths',
  },
  {
    code: 'missing-file',
    holds: ({ message }) => /^Errno::ENOENT\b/.test(message),
    advice: () =>
      'it is not in the container: files come with --workdir-from DIR (POST /runs: files); a program has to be in the image of the ruby',
  },
];

/** Adds advice to the message of a cell whose script failed because it lacked something. */
export function advised(cell: CellRecord, { text, args, offered = null }: RunAs): CellRecord {
  const { outcome, code, message, line, output } = cell;
  if (outcome !== 'script-error' || message === null) return cell;
  const source = line === null ? '' : (text.split('\n')[line - 1] ?? '');
  const image = cell.settings.image ?? null;
  const failed: Failed = { text, args, offered, image, code, message, output, source };
  const rule = RULES.find(({ holds }) => holds(failed));
  return rule === undefined
    ? cell
    : { ...cell, code: rule.code, message: `${message}\n${rule.advice(failed)}` };
}

/** Finds the first line that reads ARGV without a default for a missing argument; 0 where none does. */
function needsArgument(text: string): number {
  return (
    usedLines(text)
      .split('\n')
      .findIndex(
        (line) => READS_ARGV.test(line) && !/\|\||\bARGV\.(?:empty|any|size|length|each)/.test(line),
      ) + 1
  );
}

const lastPart = (path: string): string => path.split('/').at(-1) ?? path;
