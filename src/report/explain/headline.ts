import type { Finding, MappingFinding, NativeFinding, ObjectFinding } from '../../domain/leak/explanation.ts';
import { formatCount, formatRate, withUnit } from '../text/format-number.ts';
import { printable } from '../text/printable.ts';

/** Numbers this close are shown as one. */
const ONE_NUMBER_SHARE = 0.05;

/** Formats the rate of findings: `64 B/iteration`, or `60–64 B/iteration` where the rubies differ. */
export function rateText(findings: readonly Finding[]): string {
  const sorted = findings.map((finding) => finding.bytesPerIteration).toSorted((a, b) => a - b);
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const isOne = formatRate(least) === formatRate(most) || most - least <= ONE_NUMBER_SHARE * most;
  return `${isOne ? formatRate(most) : `${formatRate(least)}–${formatRate(most)}`} B/iteration`;
}

/** Describes what leaks and of what kind: `native: one block of 56 bytes per iteration, never freed`. */
export function whatText(finding: Finding): string {
  switch (finding.kind) {
    case 'native':
      return `native: ${nativeText(finding)}`;
    case 'objects':
      return `objects: ${objectText(finding)}`;
    case 'mapping':
      return `outside malloc: ${mappingText(finding)}`;
  }
}

function nativeText(finding: NativeFinding): string {
  if (finding.grows) return `one block grows by ${formatRate(finding.bytesPerIteration)} B per iteration`;
  const { blockBytes, blocksPerIteration, bytesPerIteration, frees } = finding;
  const stays = frees === 0 ? 'never freed' : 'not all of them freed';
  if (!(blocksPerIteration > 0)) return `blocks, ${stays}`;
  const size =
    blockBytes === null
      ? `about ${withUnit(formatRate(bytesPerIteration / blocksPerIteration), 'byte')}`
      : withUnit(formatCount(blockBytes), 'byte');
  return `${perIteration(blocksPerIteration, `block of ${size}`, `blocks of ${size}`)}, ${stays}`;
}

function objectText({ className, grows, objectsPerIteration, bytesPerIteration }: ObjectFinding): string {
  const name = printable(className);
  if (grows) return `one ${name} grows by ${formatRate(bytesPerIteration)} B per iteration`;
  return `${perIteration(objectsPerIteration, name, `${name} objects`)}, kept`;
}

function mappingText({ what, reservedPerIteration, mappingsPerIteration }: MappingFinding): string {
  const space = `${withUnit(formatRate(reservedPerIteration), 'byte')} of address space`;
  const name = printable(what);
  if (mappingsPerIteration < 0.001) return `${name}, ${space} per iteration`;
  return `${name}, ${perIteration(mappingsPerIteration, 'mapping', 'mappings')}, ${space} per iteration`;
}

/**
 * Formats a frequency: `one block per iteration`, `2.5 blocks per iteration`, `one block per 65 iterations`.
 */
function perIteration(rate: number, one: string, many: string): string {
  if (Math.abs(rate - 1) <= ONE_NUMBER_SHARE) return `one ${one} per iteration`;
  const every = Math.round(1 / rate);
  const isWhole = Math.abs(1 / rate - every) <= ONE_NUMBER_SHARE * every;
  if (every >= 2 && isWhole) return `one ${one} per ${formatCount(every)} iterations`;
  return `${formatRate(rate)} ${many} per iteration`;
}
