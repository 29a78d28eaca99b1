import { isEnough } from '../../../../src/analysis/compare/enough.ts';
import { readRepeat } from '../../../../src/analysis/compare/read-repeat.ts';
import type { Repeat } from '../../../../src/domain/measurement/repeats.ts';
import type { Random } from '../families/random.ts';
import { samplesOf, type Body } from '../families/simulated.ts';

/** What a container of a cell shows on average, and how much containers vary. */
export interface Shown {
  readonly bytes: number;
  readonly microseconds: number;
  readonly residentBytes: number;
  /** Standard deviations: of bytes, of the time as a share, of resident bytes. */
  readonly vary: { readonly bytes: number; readonly time: number; readonly resident: number };
}

/** Simulates containers of every cell in turns, until there are enough. */
export function turnsOf(cells: readonly Shown[], random: Random): readonly (readonly Repeat[])[] {
  const found: Repeat[][] = cells.map(() => []);
  while (!isEnough(found))
    for (const [index, cell] of cells.entries()) found[index]?.push(shown(cell, random));
  return found;
}

function shown({ bytes, microseconds, residentBytes, vary }: Shown, random: Random): Repeat {
  const slope = bytes + vary.bytes * random.gauss();
  return {
    iterations: 20_000,
    bytes: { perIteration: slope, low: slope - 0.01, high: slope + 0.01, unit: 'bytes' },
    tableBytes: 0,
    slots: { perIteration: 0, low: -0.001, high: 0.001, unit: 'slots' },
    slotBytes: 0,
    blocks: 0,
    microseconds: microseconds * Math.exp(vary.time * random.gauss()),
    residentBytes: residentBytes + vary.resident * random.gauss(),
  };
}

/** Simulates containers of two bodies in turns, each read from its checkpoints. */
export function bodiesInTurns(bodies: readonly Body[], seed: number): readonly (readonly Repeat[])[] {
  const found: Repeat[][] = bodies.map(() => []);
  for (let round = 0; !isEnough(found) && round < 8; round += 1) {
    for (const [index, body] of bodies.entries()) {
      const samples = [...samplesOf(body, seed * 1_000 + round * 10 + index, 0.8)];
      const repeat = readRepeat(
        samples.map((sample) => ({ ...sample, loops: [[0, sample.iterations]] })),
        0,
      );
      if (repeat !== null) found[index]?.push(repeat);
    }
  }
  return found;
}
