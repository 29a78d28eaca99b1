import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { STANDARD_OPTIONS } from '../../../domain/run/options.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import type { RunRequest } from '../../plan/run-request.ts';

/** Files of a request by their hashes: they may be large, so each is hashed once. */
export type HashedFiles = readonly { readonly path: string; readonly sha256: string }[];

export const hashedFiles = (files: RunRequest['files']): HashedFiles =>
  files.map(({ path, content }) => ({ path, sha256: sha256(content) }));

/** Hashes what was requested. */
export const requestHash = (request: RunRequest, files: HashedFiles): string =>
  sha256(JSON.stringify(hashInput(request, files)));

/** Hashes everything that decides the answer, except the images. */
export function fingerprintOf(request: RunRequest, files: HashedFiles, measuringVersion: string): string {
  const { notes: _, ...asked } = hashInput(request, files);
  return sha256(JSON.stringify([asked, measuringVersion]));
}

/**
 * Selects the part of a request that is hashed. Options that it does not set are left out, so that new
 * options do not change old hashes.
 */
function hashInput({ script, others = [], args, rubies, options, notes }: RunRequest, files: HashedFiles) {
  // Whether an earlier result may be reused is not part of the request.
  const { budgetSeconds, exactCount, loopLine, cache: _, ...later } = options;
  const standard: Readonly<Record<string, unknown>> = STANDARD_OPTIONS;
  const special = Object.entries(later)
    .filter(([name, value]) => !isDeepStrictEqual(value, standard[name]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  // The order must stay: hashes of keys that clients have used are stored.
  const names = rubies.map((ruby) => ruby.name);
  return {
    script,
    files,
    args,
    rubies: names,
    budgetSeconds,
    exactCount,
    loopLine,
    notes,
    ...Object.fromEntries(special),
    ...(others.length === 0 ? {} : { others: others.map(({ name, text }) => ({ name, text })) }),
  };
}

/**
 * Tells whether a finished run may be reused for a new request: every cell has a result that measuring again
 * would repeat. Inconclusive cells, leaks without the requested explanation, and temporary failures are
 * measured again.
 */
export function isReusable(run: RunRecord): boolean {
  return run.state === 'done' && run.cells.every(isSettled) && (!run.options.explain || isExplained(run));
}

const isSettled = (cell: RunRecord['cells'][number]): boolean =>
  (cell.outcome === 'measured' && cell.verdict !== 'inconclusive') || cell.outcome === 'script-error';

/**
 * Tells whether the leaks of a run are explained. One ruby represents each leak, so not every cell has an
 * explanation; but each explanation needs findings.
 */
function isExplained(run: RunRecord): boolean {
  const leaks = run.cells.flatMap(({ explanation }) => (explanation?.role === 'leak' ? [explanation] : []));
  const hasLeaks = run.cells.some((cell) => cell.verdict === 'leak');
  return (leaks.length > 0 || !hasLeaks) && leaks.every(({ findings }) => findings.length > 0);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
