import { expect, test } from 'vitest';
import { leftOf, searchNotes, transitionLines } from '../../../../src/report/bisect/lines.ts';
import { transitions } from '../../../../src/report/bisect/page-section.ts';
import { resultSentence } from '../../../../src/report/bisect/sentence.ts';
import { orderedCells } from '../../../../src/domain/run/ordered-cells.ts';
import { markdownBrief } from '../../../../src/report/formats/markdown.ts';
import { explainHint } from '../../../../src/report/summary/hint.ts';
import { reproduceCommand } from '../../../../src/report/summary/reproduce.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { clean, failed, leak } from '../records.ts';
import { cellOf, foundAmong, hashOf, lineOf, searchedCommits } from './histories.ts';

const sentence = ({ cells, listed, bisect }: RunRecord): string => resultSentence(cells, listed, bisect);

/** A leak that commit 61 of 97 fixes. */
const FIXED = foundAmong(lineOf(97), (place, name) => (place < 61 ? leak(name) : clean(name)));
/** Likewise where 59 and 60 do not build. */
const BORDERING = foundAmong(lineOf(97), (place, name) =>
  place === 59 || place === 60 ? failed(name) : place < 61 ? leak(name) : clean(name),
);

test('the commit is named with date, author and subject', () => {
  expect(sentence(FIXED)).toBe(
    'A leak of 64 bytes per iteration (native) is in v1 already; it was fixed by commit 006100610061 (2024-05-06, Ada: Change 61).',
  );
  expect(transitionLines(FIXED, plainStyle).slice(1)).toEqual([
    expect.stringMatching(/v2 +fixed +006000600060 +006100610061 +64 bytes per iteration \(native\)$/),
    '',
    'fixed by',
    `  commit ${hashOf(61)}`,
    '  2024-05-06  Ada',
    '  Change 61',
  ]);
  expect(FIXED.cells.length).toBeLessThanOrEqual(9);
});

test('the record has the commit, and nothing of the thousands that were not measured', () => {
  const [finding] = FIXED.bisect?.findings ?? [];
  expect(finding?.transitions[0]?.commits).toEqual([
    { hash: hashOf(61), date: '2024-05-06T12:00:00+02:00', author: 'Ada', subject: 'Change 61' },
  ]);
  expect(finding?.cells).toHaveLength(FIXED.cells.length);
});

test('where skipped commits border on the answer, all that it could be are named', () => {
  expect(sentence(BORDERING)).toContain(
    'it was fixed by 005900590059, 006000600060 or 006100610061 ' +
      '(005900590059 and 006000600060 did not build, so it could be any of them).',
  );
  expect(transitionLines(BORDERING, plainStyle)).toContain(
    'fixed by one of 3 commits, which could be any of them:',
  );
  expect(searchNotes(BORDERING)).toContain(
    'Skipped, since they gave no answer: 005900590059 and 006000600060.',
  );
});

test('a commit of a gem is found on a ruby, and what is still there at the end is said', () => {
  const found = foundAmong(lineOf(20), (place, name) => (place < 7 ? clean(name) : leak(name)), 'oj');
  expect(sentence(found)).toBe(
    'On 3.3.8: A leak of 64 bytes per iteration (native) was introduced by commit 000700070007 (2024-05-08, Ada: Change 7); it is still there in v2.',
  );
  expect(reproduceCommand(found)).toBe(
    'matrix bisect repro.rb --ruby 3.3.8 --budget 30 --commits --source ./ruby --from v1 --to v2 --gem oj',
  );
  expect(searchNotes(found)[0]).toMatch(/^\d of 20 commits of oj were measured/);
});

test('the command that searches again has the repository and both ends; that which names the leak as well', () => {
  const history = { ...lineOf(20), source: '/a b/ruby', firstParent: true };
  const run = searchedCommits([clean(cellOf(0, null)), leak(cellOf(19, null))], history);
  expect(reproduceCommand(run)).toBe(
    "matrix bisect repro.rb --budget 30 --commits --source '/a b/ruby' --from v1 --to v2 --first-parent",
  );
  expect(explainHint(run)?.command).toBe(`${reproduceCommand(run)} --explain`);
});

test('what is left is said in commits', () => {
  const run = searchedCommits([clean(cellOf(0, null)), leak(cellOf(96, null))], lineOf(97));
  expect(leftOf(run)).toEqual({
    text: 'left to search: v1–v2 (95 commits); about 7 more to measure',
    cells: 7,
  });
  const ends = searchedCommits([{ ...clean(cellOf(0, null)), state: 'queued' }], lineOf(97));
  expect(leftOf(ends)?.text).toBe('1 to measure: the ends');
});

test('cells are in the order of their history', () => {
  expect(orderedCells(FIXED).map(({ id }) => id)).toEqual(FIXED.cells.map(({ id }) => id));
});

test('a page and Markdown have the change, and a hostile subject is text', () => {
  const history = lineOf(20);
  const commits = history.commits.map((one) => ({ ...one, subject: '<script>alert(1)</script> `x` |' }));
  const found = foundAmong({ ...history, commits }, (place, name) => (place < 7 ? clean(name) : leak(name)));
  const page = String(transitions(found));
  expect(page).toContain(`commit ${hashOf(7)}`);
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toContain('<script>');
  expect(markdownBrief(found)).toContain('| v2 | introduced | 000600060006 | 000700070007 |');
  expect(markdownBrief(found)).not.toMatch(/[^\\]<script>/);
});
