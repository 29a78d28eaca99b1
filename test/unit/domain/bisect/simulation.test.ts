import { expect, test } from 'vitest';
import { changesOf } from '../../../../src/domain/bisect/inferred.ts';
import type { Reading, Readings } from '../../../../src/domain/bisect/readings.ts';
import type { CellId } from '../../../../src/domain/cell/cell-id.ts';
import { CASES, RELEASES, inWords, median, randomness, search, trackOf, truthOf } from './simulated.ts';

const known = (state: string | undefined): Reading => ({ kind: 'known', state: state ?? '' });
const all = (truth: ReadonlyMap<CellId, string>): Readings =>
  new Map([...truth].map(([id, state]) => [id, known(state)]));

test('the matrix has 129 releases, and the corpus says of each what is true', () => {
  expect(RELEASES).toHaveLength(129);
  expect(CASES.length).toBeGreaterThan(30);
});

test.each([1, 2, 8])(
  'every change of the corpus is found, and none that is not there: %i at once',
  (atOnce) => {
    const track = trackOf();
    const counts: number[] = [];
    for (const one of CASES) {
      const truth = truthOf(one);
      const found = search(track, (id) => known(truth.get(id)), atOnce);
      expect([one.name, found.changes.map(inWords)]).toEqual([
        one.name,
        changesOf(track, all(truth)).map(inWords),
      ]);
      const wrong = found.states.filter(({ cell, state }) => state !== truth.get(cell));
      expect([one.name, wrong]).toEqual([one.name, []]);
      expect(new Set(found.asked).size).toBe(found.asked.length);
      counts.push(found.asked.length);
    }
    expect(median(counts)).toBeLessThanOrEqual(22);
  },
);

test('the leak of bug 14372 takes 20 cells of 2.2 to 4.0', () => {
  const releases = RELEASES.filter((name) => Number(name.split('.').slice(0, 2).join('.')) >= 2.2);
  const truth = truthOf(CASES.find(({ name }) => name === 'require_pathname_load_path') as never, releases);
  const found = search(trackOf(releases), (id) => known(truth.get(id)));
  expect(found.asked.length).toBeLessThanOrEqual(20);
  expect(found.changes.map(inWords)).toEqual([
    '2.3: clean until 2.2.10, leak from 2.3.0',
    '2.4: leak until 2.4.3, clean from 2.4.4',
    '2.5: leak until 2.4.3, clean from 2.5.0',
  ]);
});

test('with 3 % inconclusive and 5 % that cannot be measured nothing is said that is wrong, and what can be seen is', () => {
  const track = trackOf();
  const counts: number[] = [];
  for (let seed = 1; seed <= 20; seed += 1) {
    for (const [at, one] of CASES.entries()) {
      const random = randomness(seed * 1000 + at);
      const truth = truthOf(one);
      const missing: Readings = new Map(
        RELEASES.filter(() => random() < 0.05).map((id) => [id, { kind: 'missing' }] as const),
      );
      const answer = (id: CellId): Reading => (random() < 0.03 ? { kind: 'tried' } : known(truth.get(id)));
      const found = search(track, answer, 2, missing);
      const where = `${one.name}, seed ${seed}`;
      const wrong = found.states.filter(({ cell, state }) => state !== null && state !== truth.get(cell));
      expect([where, wrong]).toEqual([where, []]);
      const real = changesOf(track, all(truth));
      const isReal = real.map(({ series, before, after }) => `${series} ${before.state} ${after.state}`);
      for (const { series, before, after } of found.changes)
        expect([where, isReal]).toEqual([
          where,
          expect.arrayContaining([`${series} ${before.state} ${after.state}`]),
        ]);
      const said = new Set(found.states.flatMap(({ cell, state }) => (state === null ? [] : [cell])));
      const claimed = found.changes.map(({ series, after }) => `${series} ${after.state}`);
      for (const change of real) {
        const begins = track.series.find(({ name }) => name === change.before.id.replace(/\.\d+$/, ''))
          ?.cells[0];
        const isSeen = said.has(change.after.id) && said.has(change.before.id) && begins && said.has(begins);
        if (isSeen)
          expect([where, claimed]).toEqual([
            where,
            expect.arrayContaining([`${change.series} ${change.after.state}`]),
          ]);
      }
      counts.push(found.asked.length);
    }
  }
  expect(median(counts)).toBeLessThanOrEqual(22);
});
