import { beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { differenceTree, partnerIn } from '../../../src/report/picture/difference/difference-tree.ts';
import { leakTree, staysIn, type LeakFrame } from '../../../src/report/picture/leak-tree.ts';
import { explanationView } from '../../../src/report/explain/finding-view.ts';
import { buildImages, createHarness, type Harness } from '../../harness.ts';

/* Objects that a script without one of its lines makes as well, and frees. */
let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['2.7.4', '3.3.8']);
  await buildImages(harness);
}, 300_000);

/** Two objects per iteration, one of which stays, and an Array that is only made to be kept. */
const LEAK = `KEPT = []
1000.times do |i|
  pair = [Object.new, Object.new]
  KEPT << pair.last
  KEPT << [i]
end
`;

const explained = (ruby: string, ...without: readonly string[]): Promise<RunRecord> =>
  harness.run({
    script: { name: 'repro.rb', text: LEAK },
    rubies: harness.rubies.filter(({ name }) => name === ruby),
    options: { explain: true, without },
  });

const all = (frame: LeakFrame): readonly LeakFrame[] => [frame, ...frame.children.flatMap(all)];

test.each(['2.7.4', '3.3.8'])(
  'what both make and free is counted and drawn beside what one keeps, on %s',
  { timeout: 120_000 },
  async (ruby) => {
    const run = await explained(ruby, '4..5');
    const [cell, partner] = run.cells;
    expect(run).toMatchObject({ leaking: [ruby], clean: [`${ruby}+script=without-4-5`] });
    expect(partner?.explanation).toMatchObject({ role: 'comparison', comparedWith: [ruby] });
    const objects = [cell, partner].map((one) => {
      const made = one?.explanation?.made;
      const there = made?.places.find(({ script, className }) => script.line === 3 && className === 'Object');
      return (there?.objects ?? NaN) / (made?.iterations ?? NaN);
    });
    expect(objects[0]).toBeCloseTo(2, 1);
    expect(objects[1]).toBeCloseTo(2, 1);

    const told = explanationView(run)?.findings.map(({ what, history }) => `${what}; ${history}`) ?? [];
    expect(told).toContainEqual(
      expect.stringMatching(
        /^objects: one Object per iteration, kept; allocated [\d,]+ times in [\d,]+ iterations, freed [\d,]+ times; .* frees them$/,
      ),
    );
    // Its line is not there at all.
    expect(told).toContainEqual(
      expect.stringMatching(/^objects: one Array per iteration, kept; .* does not allocate there$/),
    );

    const tree = differenceTree(run, leakTree(cell!)!);
    expect(partnerIn(tree)?.id).toBe(partner?.id);
    const frame = all(tree.root).find(({ label, layer }) => layer === 'object' && label === 'Object');
    const slot = frame?.own ?? NaN;
    expect(frame?.children).toContainEqual(
      expect.objectContaining({ kind: 'freed', own: expect.closeTo(slot, 0) }),
    );
    // The grey of it is not what stays.
    expect(staysIn(tree.root)).toBeCloseTo(leakTree(cell!)!.root.bytes, 6);
  },
);

test(
  'another script is observed at the same lines, though they have other numbers',
  { timeout: 120_000 },
  async () => {
    const fixed = LEAK.replace('KEPT = []\n', 'KEPT = []\nLIMIT = 10\n')
      .replace('pair.last', 'pair.last if i < LIMIT')
      .replace('KEPT << [i]', '[i]');
    const run = await harness.run({
      script: { name: 'repro.rb', text: LEAK },
      others: [{ name: 'fixed.rb', text: fixed, path: null }],
      rubies: harness.rubies.filter(({ name }) => name === '3.3.8'),
      options: { explain: true },
    });
    expect(run).toMatchObject({ leaking: ['3.3.8'], clean: ['3.3.8+script=fixed.rb'] });
    const { made } = run.cells[1]?.explanation ?? {};
    const rates = made?.places.map(({ script, className, objects }) => [
      `${script.file}:${script.line}`,
      className,
      Math.round((10 * objects) / made.iterations) / 10,
    ]);
    expect(rates).toContainEqual(['fixed.rb:4', 'Object', 2]);
    expect(rates).toContainEqual(['fixed.rb:6', 'Array', 1]);
    const told = explanationView(run)?.findings.map(({ history }) => history);
    expect(told?.filter((text) => text?.endsWith('fixed.rb frees them'))).toHaveLength(2);
  },
);
