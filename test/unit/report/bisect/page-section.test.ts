import { expect, test } from 'vitest';
import { transitions } from '../../../../src/report/bisect/page-section.ts';
import { markdownBrief } from '../../../../src/report/formats/markdown.ts';
import { reproduceCommand } from '../../../../src/report/summary/reproduce.ts';
import { clean, leak, record } from '../records.ts';
import { foundBy, searched } from './searches.ts';

const FOUND = foundBy((name) => (name.startsWith('2.3') ? leak(name) : clean(name)));

test('the page has a row for each change, and none of the columns that say nothing', () => {
  const text = String(transitions(FOUND));
  expect(text).toContain('<th scope="col">last before</th>');
  expect(text).not.toContain('<th scope="col">where</th>');
  expect(text).toContain('<td>introduced</td><td>2.2.10</td><td>2.3.0</td>');
  expect(text).toContain('<td>fixed</td><td>2.3.8</td><td>2.4.0</td>');
  expect(String(transitions(record([leak('2.3.6')])))).toBe(
    '<div class="transitions" data-part="transitions"></div>',
  );
});

test('while it goes on the page says what is left; at its end that nothing changed', () => {
  const under = { ...searched([clean('2.2.0'), leak('2.4.0'), clean('2.4.10')]), finishedAt: null };
  expect(String(transitions(under))).toContain('left to search: 2.4.0–2.4.10; about 4 more to measure');
  expect(String(transitions(foundBy(clean)))).toContain('Nothing changed.');
});

test('markdown has the same table, and the command that searches again', () => {
  expect(markdownBrief(FOUND)).toContain('| 2.4 | fixed | 2.3.8 | 2.4.0 | 64 bytes per iteration (native) |');
  expect(reproduceCommand(FOUND)).toBe('matrix bisect repro.rb --ruby 2.2.0..2.6.3 --budget 30');
});
