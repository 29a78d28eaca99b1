import { expect, test } from 'vitest';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import { leftOf, searchNotes, transitionLines } from '../../../../src/report/bisect/lines.ts';
import { resultSentence } from '../../../../src/report/bisect/sentence.ts';
import { boundaryHint } from '../../../../src/report/summary/hint.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import { clean, failed, inconclusive, LISTED, leak, record, slope } from '../records.ts';
import { foundBy, searched } from './searches.ts';

const sentence = (...given: Parameters<typeof searched>): string => {
  const { cells, listed, bisect } = searched(...given);
  return resultSentence(cells, listed, bisect);
};

/** Bug 14372 as the search sees it. */
const BUG = [
  clean('2.2.0'),
  clean('2.2.10'),
  leak('2.3.0'),
  leak('2.3.8'),
  leak('2.4.0'),
  leak('2.4.3'),
  clean('2.4.4'),
  clean('2.4.10'),
  clean('2.5.0'),
  clean('2.6.0'),
  clean('2.6.3'),
];

test('where a leak came and went is reported in people’s words', () => {
  expect(sentence(BUG)).toBe(
    'A leak of 64 bytes per iteration (native) was introduced in 2.3.0; it was fixed in 2.4.4 and 2.5.0, never in 2.3.',
  );
});

test('what cannot be measured makes a boundary wide, and says why', () => {
  const cells = BUG.filter(({ id }) => id !== '2.4.4');
  const unavailable = LISTED.filter((name) => /^2\.4\.[4-9]$/.test(name));
  expect(sentence(cells, { unavailable })).toContain(
    'fixed in 2.5.0 and between 2.4.3 and 2.4.10 (2.4.4–2.4.9 not available here), never in 2.3.',
  );
  expect(
    sentence([...cells, inconclusive('2.4.5')], {
      unavailable: unavailable.filter((name) => name !== '2.4.5'),
    }),
  ).toContain('(2.4.4 and 2.4.6–2.4.9 not available here, 2.4.5 inconclusive)');
  expect(sentence(cells)).toContain('(2.4.4–2.4.9 not measured yet)');
});

test('of a series whose end cannot be measured nothing is said, and what lies between two series is unknown', () => {
  const unavailable = LISTED.filter((name) => /^2\.3\.[78]$|^2\.4\./.test(name));
  expect(
    sentence([leak('2.2.0'), leak('2.2.10'), leak('2.3.0'), leak('2.3.6'), clean('2.5.0'), clean('2.6.3')], {
      unavailable,
    }),
  ).toBe(
    'A leak of 64 bytes per iteration (native) is in 2.2.0 already; it was fixed between 2.3.6 and 2.5.0 ' +
      '(2.4.0–2.4.10 not available here), never in 2.2; how 2.3 ended is not known.',
  );
});

test.each<[string, readonly CellRecord[], string]>([
  [
    'there to the end',
    [clean('2.2.0'), clean('2.3.8'), leak('2.4.0'), leak('2.6.3')],
    'A leak of 64 bytes per iteration (native) was introduced in 2.4.0; it is still there in 2.6.3.',
  ],
  [
    'objects',
    [clean('2.2.0'), leak('2.3.0', 120, 'objects', 3), leak('2.6.3', 90, 'objects', 3)],
    'A leak of 3 objects (105 bytes) per iteration was introduced in 2.3.0; it is still there in 2.6.3.',
  ],
  [
    'nothing',
    [clean('2.2.0'), clean('2.6.3')],
    'No leak: 2.2.0 and 2.6.3 show no growth above 0.4 bytes per iteration.',
  ],
])('%s', (_, cells, words) => {
  expect(sentence(cells)).toBe(words);
});

const inWords = ({ cells, listed, bisect }: ReturnType<typeof foundBy>): string =>
  resultSentence(cells, listed, bisect);

test('what is there from the start, and never fixed in some series', () => {
  expect(inWords(foundBy((name) => (name < '2.4' ? leak(name) : clean(name))))).toBe(
    'A leak of 64 bytes per iteration (native) is in 2.2.0 already; it was fixed in 2.4.0, never in 2.2 and 2.3.',
  );
});

/** Two blocks for each iteration. */
const other = (name: string): CellRecord => {
  const cell = leak(name, 176);
  return { ...cell, growth: cell.growth && { ...cell.growth, blocks: slope(2, 0.01, 'blocks') } };
};

test('another leak on the way is reported as another one', () => {
  const run = foundBy((name) => (name < '2.5' ? leak(name) : name < '2.6' ? other(name) : clean(name)));
  expect(inWords(run)).toBe(
    'A leak of 64 bytes per iteration (native) is in 2.2.0 already; it is not seen beside another one in 2.5.0. ' +
      'Another leak, of 176 bytes per iteration (native), is seen instead of the other in 2.5.0; it was fixed in 2.6.0, never in 2.5.',
  );
});

test('settings have findings of their own', () => {
  const cells = ['2.2.0', '2.6.3'].flatMap((name) => [
    clean(name),
    name === '2.2.0' ? clean(`${name}+arenas=2`) : leak(`${name}+arenas=2`),
  ]);
  const candidates = ['2.2.0', '2.2.0+arenas=2', '2.6.3', '2.6.3+arenas=2'];
  expect(sentence(cells, { candidates })).toMatch(
    /^With arenas=2: A leak of 64 bytes .* introduced in 2\.6\.3; it is still there/,
  );
});

test('versions of a gem on a ruby', () => {
  const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version) => `3.3.8+gem.oj=${version}`);
  const [first = '', second = '', third = '', last = ''] = versions;
  const cells = [leak(first), leak(second), clean(third), clean(last)];
  expect(sentence(cells, { gem: 'oj', candidates: versions })).toBe(
    'On 3.3.8: A leak of 64 bytes per iteration (native) is in 1.0.0 already; it was fixed in 1.2.0.',
  );
});

test('a table has a row for each change, and notes say what was measured and what was not', () => {
  const run = searched([...BUG, failed('2.2.1', { outcome: 'script-error' })], {
    unavailable: ['2.2.5', '2.3.4'],
  });
  expect(transitionLines(run, plainStyle)).toEqual([
    'series  change      last before  first after  leak',
    '2.3     introduced  2.2.10       2.3.0        64 bytes per iteration (native)',
    '2.4     fixed       2.4.3        2.4.4        64 bytes per iteration (native)',
    '2.5     fixed       2.4.3        2.5.0        64 bytes per iteration (native)',
  ]);
  expect(searchNotes(run)).toEqual([
    '11 of 45 releases were measured; what is said of the others follows from them.',
    'Not available here: 2.2.5 and 2.3.4.',
    'The script does not run on 2.2.1.',
  ]);
});

test('what is left of a search, and how much of it', () => {
  const cells = BUG.filter(({ id }) => !['2.4.3', '2.4.4'].includes(id));
  expect(leftOf(searched(cells))?.text).toBe('left to search: 2.4.0–2.4.10; about 4 more to measure');
  expect(leftOf(searched([{ ...clean('2.2.0'), state: 'queued' }]))?.text).toBe(
    '1 to measure: ends of series',
  );
  expect(leftOf(searched(BUG))).toBeNull();
  expect(leftOf(record(BUG))).toBeNull();
});

test('a run that shows a change between releases that were not run says how to find it; a search does not', () => {
  const cells = [leak('2.4.3'), clean('2.4.10')];
  expect(boundaryHint(record(cells))).toEqual({
    lead: 'To find where it changes',
    command: 'matrix bisect repro.rb --ruby 2.4.3..2.4.10 --budget 30',
  });
  expect(boundaryHint(searched(cells))).toBeNull();
});
