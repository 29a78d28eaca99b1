import { tracesOf } from '../../../web/traces.ts';
import { Profile } from 'pprof-format';
import { expect, it } from 'vitest';
import { folded } from '../../../../src/report/picture/folded.ts';
import { leakTrees } from '../../../../src/report/picture/leak-pictures.ts';
import { pprof } from '../../../../src/report/picture/pprof.ts';
import { speedscope } from '../../../../src/report/picture/speedscope.ts';
import { stillPicture } from '../../../../src/report/picture/still/still.ts';
import { explained, frames, MANY_RUN, native } from '../explain/findings.ts';
import { record } from '../records.ts';

const RUN = record([
  explained('2.3.6', [
    native({ stack: frames('malloc rb_str_resize rb_require_safe'), bytesPerIteration: 64.5 }),
  ]),
]);
const many = leakTrees(MANY_RUN);
const sum = many.reduce((total, { root }) => total + root.bytes, 0);

it('folded stacks are whole bytes of a thousand iterations, named by their cells where there are several', () => {
  expect(folded(leakTrees(RUN))).toBe('repro.rb:7 Kernel#require;rb_require_safe;rb_str_resize 64500\n');
  const lines = folded(many).trimEnd().split('\n');
  expect(lines.every((line) => /^2\.\d\.\d;.* \d+$/.test(line))).toBe(true);
  const total = lines.reduce((all, line) => all + Number(/\d+$/.exec(line)?.[0]), 0);
  expect(Math.abs(total / 1000 / sum - 1)).toBeLessThan(0.001);
});

it('speedscope gets a profile for each cell, each sample with its weight', () => {
  const file = JSON.parse(speedscope(MANY_RUN, many));
  expect(file.profiles.map(({ name }: { name: string }) => name)).toEqual(
    many.map(({ cell }) => `${cell.id}, per iteration`),
  );
  for (const { samples, weights, endValue } of file.profiles) {
    expect(samples).toHaveLength(weights.length);
    expect(weights.reduce((all: number, one: number) => all + one, 0)).toBeCloseTo(endValue, 6);
    for (const index of samples.flat()) expect(file.shared.frames[index].name).toEqual(expect.any(String));
  }
});

it('pprof reads the same sum, innermost frame first', () => {
  const profile = Profile.decode(pprof(many));
  const values = profile.sample.reduce((all, { value }) => all + Number(value[0]), 0);
  expect(Math.abs(values / 1000 / sum - 1)).toBeLessThan(0.001);
  const one = Profile.decode(pprof(leakTrees(RUN)));
  const named = (id: number | bigint): string => {
    const location = one.location.find((each) => Number(each.id) === Number(id));
    const found = one.function.find((each) => Number(each.id) === Number(location?.line[0]?.functionId));
    return one.stringTable.strings[Number(found?.name)] ?? '';
  };
  expect(one.sample[0]?.locationId.map(named)).toEqual([
    'rb_str_resize',
    'rb_require_safe',
    'repro.rb:7 Kernel#require',
  ]);
});

it('a still picture loads nothing, has no script, and links to nothing on a page it is not on', () => {
  const svg = stillPicture(MANY_RUN, many, tracesOf(MANY_RUN));
  expect(svg).toMatch(/^<svg xmlns=/);
  expect(svg).not.toMatch(/<script|url\((?!#)|<a [^>]*href="#|@import/);
  expect(svg).toContain('232 B/iteration');
  expect(svg).toContain('repro.rb:9');
  // A curve for each cell that was measured, as XML that is whole.
  expect(svg.match(/class="plot /g)).toHaveLength(MANY_RUN.cells.length);
  expect(svg.match(/<path class="curve" d="M/g)).toHaveLength(MANY_RUN.cells.length);
});

it('what a script calls itself is text in every form', () => {
  const name = '<img src=x onerror=alert(1)>;"\u001b[31m';
  const run = record([
    explained('2.3.6', [
      native({ stack: frames('malloc f'), script: { file: name, line: 1, method: null } }),
    ]),
  ]);
  const trees = leakTrees(run);
  expect(stillPicture(run, trees, tracesOf(run))).not.toContain('<img');
  expect(folded(trees).split('\n')).toHaveLength(2);
  for (const text of [stillPicture(run, trees, tracesOf(run)), folded(trees), speedscope(run, trees)])
    expect(text).not.toContain('\u001b');
});
