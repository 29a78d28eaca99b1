import { expect, it } from 'vitest';
import { fullFrom } from '../../../../src/analysis/series/plateau.ts';
import { backdrop, plateauLine, plateauText } from '../../../../src/report/svg/backdrop.ts';
import { judgedPartOf } from '../../../../src/report/svg/judged-part.ts';
import { samples } from '../../../web/traces.ts';

const scale = { xHigh: 80_000, yLow: 0, yHigh: 100_000, xTicks: [], yTicks: [] };

it('the second half of a run is judged, and where memory was full is what the verdict says', () => {
  const all = samples(0, 0, 41);
  const judged = judgedPartOf(all)!;
  expect(judged).toMatchObject({ from: 20_000, to: 40_000 });
  expect(judged.plateau?.from).toBe(fullFrom(all));
  // The fixture fills with 60 kB, under a sawtooth of up to 3.2 kB.
  expect(judged.plateau!.bytes).toBeGreaterThan(59_000);
  expect(judged.plateau!.bytes).toBeLessThan(64_000);
  expect(backdrop(judged, scale).toString()).toContain('href="#judged-2" transform="scale(0.5 1)"');
  expect(plateauLine(judged, scale)?.toString()).toMatch(/^<path class="full" d="M\d+ \d+v120m0-60H500"\/>$/);
  expect(plateauText(judged, scale)?.toString()).toContain('full from 12k');
});

it('what grows is never full, and a few readings are not judged', () => {
  const leaks = judgedPartOf(samples(64, 0, 41))!;
  expect(leaks.plateau).toBeNull();
  expect([plateauLine(leaks, scale), plateauText(leaks, scale)]).toEqual([null, null]);
  expect(judgedPartOf(samples(64, 0, 3))).toBeNull();
});

it('where readings are few, more of the run is judged', () => {
  const rare = [0, 1, 12, 14, 16, 18, 19, 39, 40].map((index) => samples(0, 0, 41)[index]!);
  const judged = judgedPartOf(rare)!;
  expect(judged.from).toBe(10_000);
  expect(backdrop(judged, scale).toString()).toContain('#judged-4');
});
