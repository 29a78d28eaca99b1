import { expect, test } from 'vitest';
import type { Reading } from '../../../../../src/domain/bisect/readings.ts';
import { median, randomness } from '../simulated.ts';
import { inWords, line, search, teamHistory, withChanges } from './simulated-history.ts';

const LEAK = { kind: 'known', state: 'leak 0' } as const;
const CLEAN = { kind: 'known', state: 'clean' } as const;
const TRIED = { kind: 'tried' } as const;

test('every commit of a line is found, in as many steps as halving takes', () => {
  const history = line(100);
  for (let culprit = 1; culprit < 100; culprit += 1) {
    const { asked, found } = search(history, (place) => (place < culprit ? CLEAN : LEAK));
    expect(found.map(inWords)).toEqual([`clean until ${culprit - 1}, leak 0 from ${culprit}`]);
    expect(asked.length).toBeLessThanOrEqual(2 + 7);
  }
});

test('two builds side by side take fewer rounds, and find the same', () => {
  const history = line(100);
  for (let culprit = 1; culprit < 100; culprit += 1) {
    const { asked, found } = search(history, (place) => (place < culprit ? CLEAN : LEAK), 2);
    expect(found.map(({ after }) => after.place)).toEqual([culprit]);
    expect(asked.length).toBeLessThanOrEqual(2 + 10);
  }
});

test('of two ends that are alike nothing between them is measured', () => {
  expect(search(line(1000), () => LEAK)).toEqual({ asked: [0, 999], found: [] });
});

test('in histories with merges the very commit is found, whichever it is', () => {
  const steps: number[] = [];
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randomness(seed);
    const history = teamHistory(200, random);
    const culprit = 1 + Math.floor(random() * 199);
    const atOnce = 1 + (seed % 2);
    const { asked, found } = search(history, withChanges(history.parents, { [culprit]: 'leak 0' }), atOnce);
    // A merge of a branch without it, and one with it, differ in their second parents only.
    expect(found.map(({ after, between }) => [after.place, between])).toEqual([[culprit, []]]);
    steps.push(asked.length);
  }
  expect(median(steps)).toBeLessThanOrEqual(2 + 10);
});

test('a leak that gives way to another is told as both changes', () => {
  const { parents, ends } = line(60);
  const { found } = search({ parents, ends }, withChanges(parents, { 11: 'leak 0', 37: 'leak 1' }));
  expect(found.map(inWords)).toEqual(['clean until 10, leak 0 from 11', 'leak 0 until 36, leak 1 from 37']);
});

test('where commits beside the answer do not build, it could be any of them', () => {
  const broken = new Set([40, 41, 42, 43]);
  const answer = (place: number): Reading => (broken.has(place) ? TRIED : place < 42 ? CLEAN : LEAK);
  expect(search(line(100), answer).found.map(inWords)).toEqual([
    'clean until 39, leak 0 from 44, not known: 40 41 42 43',
  ]);
});

test('commits that do not build are walked around, wherever they are', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randomness(seed);
    const history = line(120);
    const start = Math.floor(random() * 110);
    const broken = new Set(
      Array.from({ length: 9 }, (_, nth) => start + nth).filter((one) => one % 119 !== 0),
    );
    const culprit = 1 + Math.floor(random() * 119);
    const { asked, found } = search(history, (place) =>
      broken.has(place) ? TRIED : place < culprit ? CLEAN : LEAK,
    );
    const suspects = found.flatMap(({ between, after }) => [...between, after.place]);
    expect(found).toHaveLength(1);
    expect(suspects).toContain(culprit);
    // None is suspected that borders on no gap.
    expect(suspects.slice(0, -1).every((place) => broken.has(place))).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(24);
  }
});

test('a history in which hardly anything builds is given up, and said so', () => {
  const { asked, found } = search(line(400), (place) => (place === 0 ? CLEAN : place === 399 ? LEAK : TRIED));
  expect(asked.length).toBeLessThanOrEqual(2 + 17);
  expect(found.map(({ before, after }) => [before.place, after.place])).toEqual([[0, 399]]);
});

test('ends on two branches: where they part is measured, and the side that changed is searched', () => {
  // 0 is where they part; 1 to 20 lead to the one end, 21 to 40 to the other.
  const parents = Array.from({ length: 41 }, (_, place) =>
    place === 0 ? [] : place === 21 ? [0] : [place - 1],
  );
  const ends = { from: 20, to: 40 };
  const fixed = search({ parents, ends }, (place) => (place >= 33 ? CLEAN : LEAK));
  expect(fixed.found.map(inWords)).toEqual(['leak 0 until 32, clean from 33']);
  expect(fixed.asked).toContain(0);
  const came = search({ parents, ends }, (place) => (place >= 7 && place <= 20 ? LEAK : CLEAN));
  expect(came.found.map(inWords)).toEqual(['clean until 6, leak 0 from 7']);
});

test('what happens on a branch that the older end does not have is found as well', () => {
  // 2 leaves the trunk before the older end, and is merged by 4.
  const history = { parents: [[], [0], [0], [1], [3, 2]], ends: { from: 0, to: 4 } };
  const { found } = search(history, (place) => (place === 2 || place === 4 ? LEAK : CLEAN));
  expect(found.map(inWords)).toEqual(['clean until 0, leak 0 from 2']);
});

test('an end without an answer ends the search: nothing is guessed', () => {
  expect(search(line(50), (place) => (place === 0 ? TRIED : LEAK))).toEqual({ asked: [0, 49], found: [] });
});
