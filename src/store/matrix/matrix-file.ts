import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { messageOf } from '../../domain/message-of.ts';
import type { Result } from '../../domain/result.ts';
import type { Matrix } from '../../domain/ruby/ruby.ts';
import { errorCode } from '../files/store-error.ts';
import { buildMatrix, type Problem } from './matrix-build.ts';
import { matrixFileSchema } from './matrix-schema.ts';
import { readYaml } from './yaml-lines.ts';

/** One line per problem: `matrix.yaml:12: limits.memoryMiB: expected a number, got "lots"`. */
export type LoadedMatrix = Result<Matrix>;

const MOST_PROBLEMS_SHOWN = 10;
const KNOWN_KEYS = [
  ...Object.keys(matrixFileSchema.shape),
  ...Object.keys(matrixFileSchema.shape.limits.unwrap().shape),
  ...Object.keys(matrixFileSchema.shape.defaults.unwrap().shape),
  ...Object.keys(matrixFileSchema.shape.image.unwrap().element.shape),
];

/** Reads matrix.yaml and checks all of it. Problems of the file are returned, not thrown. */
export async function loadMatrix(path: string): Promise<LoadedMatrix> {
  const shown = shownPath(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    return { ok: false, message: unreadable(shown, error) };
  }
  return parseMatrix(text, shown);
}

/** Does the same for a text that was read already; `shown` is how messages call the file. */
export function parseMatrix(text: string, shown: string): LoadedMatrix {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, message: `${shown}:${yaml.line}: ${yaml.message}` };
  const { value: read, lineOf } = yaml.value;
  if (read === null || read === undefined || read === '') {
    return { ok: false, message: `${shown} is empty; list rubies under official, debian or image` };
  }
  const parsed = matrixFileSchema.safeParse(read);
  const built = parsed.success
    ? buildMatrix(parsed.data)
    : { problems: parsed.error.issues.flatMap(toProblems) };
  if ('matrix' in built) return { ok: true, value: built.matrix };
  const problems = [...firstOfEachPath(built.problems)]
    .map(([key, { path, message }]) => ({ key, message, line: lineOf(path) }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ key, message, line }) => `${shown}:${line}: ${key === '' ? '' : `${key}: `}${message}`);
  const more = problems.length - MOST_PROBLEMS_SHOWN;
  const rest = more > 0 ? [`${shown}: and ${more} more problems`] : [];
  return { ok: false, message: [...problems.slice(0, MOST_PROBLEMS_SHOWN), ...rest].join('\n') };
}

/** Keeps the first problem of each value: one value can break several rules. */
function firstOfEachPath(problems: readonly Problem[]): ReadonlyMap<string, Problem> {
  const first = new Map<string, Problem>();
  for (const problem of problems) {
    const key = problem.path.map(String).join('.');
    if (!first.has(key)) first.set(key, problem);
  }
  return first;
}

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => {
    const near = closest(key, KNOWN_KEYS);
    const hint = distance(key, near) <= 3 ? `did you mean ${near}?` : 'remove it';
    return { path: [...issue.path, key], message: `unknown key; ${hint}` };
  });
}

function unreadable(shown: string, error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return `${shown}: no such file; name the matrix with --config FILE`;
    case 'EISDIR':
      return `${shown} is a folder; name the file in it with --config FILE`;
    case 'EACCES':
    case 'EPERM':
      return `${shown}: no permission to read it; allow it (chmod u+r) or name another with --config FILE`;
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return `${shown} is not a text in UTF-8; name a matrix.yaml with --config FILE`;
    default:
      return `${shown} cannot be read: ${messageOf(error)}`;
  }
}

/** Shortens a path to what people would type from the current folder. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}
