import { comparedInWords, holdsMuch } from '../../analysis/resident.ts';
import type { CellCode } from '../../domain/measurement/cell-codes.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { formatSize } from '../text/format-number.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';

/** Bytes below which resident memory is usual for any Ruby. */
const LARGE = { held: 32e6, trimmed: 32e6, peak: 64e6 };

/**
 * Notes large resident memory that is not live, which looks like a leak: one paragraph for each kind, with
 * its rubies.
 */
export function residentNotes(run: RunRecord): readonly string[] {
  const cells = orderedCells(run).filter(
    (cell) =>
      cell.resident !== null &&
      // Memory that leaks outside of malloc is not freed memory.
      cell.cause !== 'outside-malloc' &&
      !isInEvidence(cell),
  );
  const clause = (
    large: number,
    read: (cell: CellRecord) => number,
    say: (size: string) => string,
  ): readonly string[] => {
    const those = cells.filter((cell) => read(cell) >= large);
    if (those.length === 0) return [];
    const names = joinNames(
      nameRanges(
        those.map((cell) => cell.id),
        run.listed,
      ),
    );
    return [`${names}: ${say(sizesOf(those.map(read)))}`];
  };
  const compared = cells.flatMap((cell) =>
    comparedInWords(cell.resident?.compared ?? []).map((text) => `${cell.id}: ${text}`),
  );
  return [
    ...compared,
    ...clause(
      LARGE.held,
      (cell) => cell.resident?.heldBytes ?? 0,
      (size) =>
        `${size} stay resident, after a trim, though nothing in them is live: freed memory that the allocator keeps. ` +
        'It is not a leak, but RSS shows it',
    ),
    ...clause(
      LARGE.trimmed,
      (cell) => cell.resident?.trimmedBytes ?? 0,
      (size) =>
        `a trim gave up to ${size} back to the kernel: freed memory that the allocator had kept, as it does without ` +
        'malloc_trim',
    ),
    ...clause(
      LARGE.peak,
      (cell) => cell.resident?.peakBytes ?? 0,
      (size) => `up to ${size} more of malloc were live at a time than at a checkpoint, and were freed again`,
    ),
  ];
}

/** Codes whose messages describe resident memory where there is much of it. */
const WITH_RESIDENT: ReadonlySet<CellCode | null> = new Set(['clean-flat', 'clean-full', 'clean-set-up']);

const isInEvidence = ({ code, message, resident }: CellRecord): boolean =>
  message !== null && WITH_RESIDENT.has(code) && resident !== null && holdsMuch(resident);

/** Formats sizes: `150 MB`, `150–160 MB`. */
function sizesOf(bytes: readonly number[]): string {
  const [least, most] = [formatSize(Math.min(...bytes)), formatSize(Math.max(...bytes))];
  if (least === most) return most;
  const unit = most.split(' ').at(-1) ?? '';
  return `${least.endsWith(` ${unit}`) ? least.slice(0, -unit.length - 1) : least}–${most}`;
}
