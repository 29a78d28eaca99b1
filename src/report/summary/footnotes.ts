import type { Environment } from '../../domain/measurement/outcome.ts';
import type { CellRecord, MeasuredLoop, RunRecord } from '../../domain/run/record.ts';
import { formatCount } from '../text/format-number.ts';
import { findFlips } from './hint.ts';
import { searchNotes } from '../bisect/lines.ts';
import { namesLoops } from '../loops/loop-views.ts';
import { printable, printableLines } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { residentNotes } from './resident.ts';
import { FAILURE_WORDS, STAGE_WORDS } from '../cells/words.ts';

/** Lines of a failed script's output that are shown: the last ones, where the error is. */
const OUTPUT_LINES = 10;

/** Collects the notes below the table, one paragraph each: bases, other loops, warnings, notes. */
export function footnotes(run: RunRecord): readonly string[] {
  const others = namesLoops(run.cells) ? [] : otherLoops(run.loop);
  const own = run.notes.map(printable);
  return [
    ...searchNotes(run),
    ...baseChanges(run),
    ...packageVersions(run),
    ...gemVersions(run),
    ...others,
    ...residentNotes(run),
    ...warnings(run),
    ...earlierRuns(run),
    ...own,
  ];
}

/**
 * Notes verdicts that change together with libc or the distribution, which may be the cause instead of Ruby.
 */
function baseChanges(run: RunRecord): readonly string[] {
  const changes = findFlips(run.cells, run.listed).flatMap(([before, after]) => {
    const [from, to] = [before.environment, after.environment];
    if (from === null || to === null || base(from) === base(to)) return [];
    const what = `the verdict changes, and so does what they run on: ${base(from)} before, ${base(to)} after.`;
    return [{ before, after, what }];
  });
  // Each setting repeats the same two rubies, and mostly the same two systems.
  const same = Map.groupBy(changes, ({ before, after, what }) => `${before.ruby} ${after.ruby} ${what}`);
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { before, after, what } = first;
    const [from, to] = others.length === 0 ? [before.id, after.id] : [before.ruby, after.ruby];
    return [`Between ${from} and ${to} ${what}`];
  });
}

/** Notes packages whose versions differ between rubies: the verdict may depend on the version. */
function packageVersions(run: RunRecord): readonly string[] {
  const asked = new Set(run.options.debianPackages);
  const seen = run.cells.flatMap(({ id, environment }) =>
    (environment?.packages ?? [])
      .filter(({ name }) => asked.has(name))
      .map(({ name, version }) => ({ id, name, version })),
  );
  return differences(run, seen);
}

/** Notes the same of gems for which no version was requested. */
function gemVersions(run: RunRecord): readonly string[] {
  const seen = run.cells.flatMap(({ id, environment, settings }) =>
    (environment?.gems ?? [])
      .filter(({ name }) => settings[`gem.${name}`] === undefined)
      .map(({ name, version }) => ({ id, name, version })),
  );
  return differences(run, seen);
}

interface Seen {
  readonly id: CellRecord['id'];
  readonly name: string;
  readonly version: string;
}

function differences(run: RunRecord, seen: readonly Seen[]): readonly string[] {
  return [...Map.groupBy(seen, ({ name }) => name)].flatMap(([name, those]) => {
    const versions = Map.groupBy(those, ({ version }) => version);
    if (versions.size < 2) return [];
    const parts = [...versions].map(([version, same]) => {
      const names = nameRanges(
        same.map(({ id }) => id),
        run.listed,
      );
      return `${version || 'no version of its own'} (${joinNames(names)})`;
    });
    return [printable(`${name} is not the same everywhere: ${joinNames(parts)}.`)];
  });
}

/** Notes cells that earlier runs measured, a paragraph for each run. */
function earlierRuns(run: RunRecord): readonly string[] {
  const taken = run.cells.flatMap(({ id, from }) => (from === null ? [] : [{ id, ...from }]));
  return [...Map.groupBy(taken, (one) => one.run)].flatMap(([earlier, those]) => {
    const names = nameRanges(
      those.map(({ id }) => id),
      run.listed,
    );
    const [first] = those;
    const on = first === undefined ? '' : ` (${first.at.slice(0, 10)})`;
    const which = those.length === run.cells.length ? 'Every cell' : joinNames(names);
    const verb = those.length === run.cells.length || those.length === 1 ? 'is' : 'are';
    return [
      `${which} ${verb} from run ${earlier}${on}: script, settings, image and limits are the same. ` +
        '--no-cache measures again.',
    ];
  });
}

function base(environment: Environment): string {
  return printable([environment.os, environment.libc, environment.allocator, environment.arch].join(', '));
}

function otherLoops(loop: MeasuredLoop | null): readonly string[] {
  if (loop === null || loop.otherLines.length === 0) return [];
  const lines = joinNames(loop.otherLines.map(String));
  const many = loop.otherLines.length > 1;
  return [
    `The loop${many ? 's' : ''} at line${many ? 's' : ''} ${lines} ran as written and ` +
      `${many ? 'were' : 'was'} not judged (--loop LINE chooses another).`,
  ];
}

/** Collects the warnings of the rubies, each once. */
export function warnings(run: RunRecord): readonly string[] {
  const pairs = run.cells.flatMap((cell) => cell.warnings.map((text) => ({ cell: cell.id, text })));
  return [...Map.groupBy(pairs, (pair) => pair.text)].map(([text, same]) => {
    const names = nameRanges(
      same.map((pair) => pair.cell),
      run.listed,
    );
    return `${joinNames(names)}: ${printable(text)}`;
  });
}

/** Frames of a backtrace that are ours, not the script's. */
const OWN_FRAME = /^\s*from \/opt\/matrix\/\w+\.rb:/;

/**
 * Describes errors that need more than a row: the whole message and the last output, once for all rubies that
 * share them.
 */
export function failureDetails(run: RunRecord): readonly (readonly string[])[] {
  const failed = run.cells.filter((cell) => cell.outcome !== 'measured' && detail(cell).length > 0);
  return [...Map.groupBy(failed, (cell) => JSON.stringify([heading(cell), detail(cell)])).values()].map(
    (same) => {
      const names = nameRanges(
        same.map((cell) => cell.id),
        run.listed,
      );
      return same.slice(0, 1).flatMap((cell) => [`${joinNames(names)}: ${heading(cell)}`, ...detail(cell)]);
    },
  );
}

function heading(cell: CellRecord): string {
  const kind = cell.outcome === null || cell.outcome === 'measured' ? 'not run' : FAILURE_WORDS[cell.outcome];
  const where = cell.stage === null ? '' : ` ${STAGE_WORDS[cell.stage]}`;
  return `${kind}${where}${cell.line === null ? '' : `, line ${cell.line}`}`;
}

function detail(cell: CellRecord): readonly string[] {
  const message = printableLines(cell.message ?? '');
  const output =
    cell.output.trim() === '' ? [] : printableLines(cell.output).filter((line) => !OWN_FRAME.test(line));
  if (message.length < 2 && output.length === 0) return [];
  const left = output.length - OUTPUT_LINES;
  return [
    ...message.map((line) => `  ${line}`),
    ...(output.length === 0 ? [] : ['  last output:']),
    ...(left > 0 ? [`  | … ${formatCount(left)} lines before`] : []),
    ...output.slice(-OUTPUT_LINES).map((line) => `  | ${line}`),
    ...(cell.outputDroppedBytes > 0
      ? [`  | … ${formatCount(cell.outputDroppedBytes)} bytes more, not kept`]
      : []),
  ];
}
