import type { CellCode } from '../../../domain/measurement/cell-codes.ts';
import type { Limits } from '../../../domain/ruby/ruby.ts';
import type { ScriptError } from '../../../protocol/trace-builder.ts';

export type CountLimits = Pick<Limits, 'pids' | 'openFiles'>;

interface CountLimit {
  readonly code: CellCode;
  readonly isReached: (error: ScriptError) => boolean;
  /** What may be had so many times, as in "64 processes and threads". */
  readonly most: (limits: CountLimits) => string;
  readonly option: string;
  readonly neverEnded: string;
}

const PROCESSES: CountLimit = {
  code: 'process-limit',
  isReached: ({ className, message }) =>
    (className === 'ThreadError' && message.startsWith("can't create Thread")) ||
    (className === 'Errno::EAGAIN' && /\bfork\b/.test(message)),
  most: ({ pids }) => `${pids} processes and threads`,
  option: 'limits.pids',
  neverEnded: 'starts one in every iteration and never ends it',
};

const COUNT_LIMITS: readonly CountLimit[] = [
  PROCESSES,
  {
    code: 'open-files-limit',
    isReached: ({ className }) => className === 'Errno::EMFILE',
    most: ({ openFiles }) => `${openFiles} open files`,
    option: 'limits.openFiles',
    neverEnded: 'opens one in every iteration and never closes it',
  },
];

/** Limits of a cell that growth itself reaches: what was measured until then may be enough for a verdict. */
const REACHED_BY_GROWTH: ReadonlySet<CellCode> = new Set([
  'memory-limit',
  ...COUNT_LIMITS.map(({ code }) => code),
]);

export const isReachedByGrowth = (code: CellCode): boolean => REACHED_BY_GROWTH.has(code);

/** Recognises an exception that comes from a limit of the cell, and explains it; null for every other. */
export function limitReached(
  error: ScriptError,
  limits: CountLimits,
): { readonly code: CellCode; readonly explanation: string } | null {
  const limit = COUNT_LIMITS.find(({ isReached }) => isReached(error));
  if (limit === undefined) return null;
  return { code: limit.code, explanation: explain(limit, limits) };
}

/** Explains that a process or thread was refused, whatever the script made of it. */
export const taskRefused = (limits: CountLimits): string =>
  `the script was refused a process or thread: ${explain(PROCESSES, limits)}`;

const explain = ({ most, option, neverEnded }: CountLimit, limits: CountLimits): string =>
  `a cell may have ${most(limits)} (${option} in matrix.yaml): a script that ${neverEnded} leaks them`;
