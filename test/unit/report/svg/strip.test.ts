import { describe, expect, it } from 'vitest';
import { cellId } from '../../../../src/domain/cell/cell-id.ts';
import { strip } from '../../../../src/report/svg/strip.ts';
import { stripSeries } from '../../../../src/report/svg/strip-series.ts';
import { foundBy } from '../bisect/searches.ts';
import { clean, failed, inconclusive, leak, record } from '../records.ts';

const run = record([leak('2.3.6'), clean('2.5.9'), inconclusive('2.3.7'), failed('all-ruby/2.3.6<')]);
const drawn = strip(run).toString();

describe('strip', () => {
  it('goes from the first series that was run to the last, gaps and other entries included', () => {
    expect(stripSeries(run).map(({ title, marks }) => [title, marks.length])).toEqual([
      ['2.3', 9],
      ['2.4', 11],
      ['2.5', 10],
      ['others', 1],
    ]);
    expect(stripSeries(record([]))).toEqual([]);
  });

  it('has a row for each of the settings that a series was run with', () => {
    const cells = [
      leak('3.1.2'),
      { ...clean('3.1.2'), id: cellId('3.1.2', { jit: 'yjit' }) },
      clean('3.3.8'),
    ];
    const rows = stripSeries(record(cells)).map(({ title, marks }) => [
      title,
      marks.flatMap(({ cell }) => (cell === undefined ? [] : [cell.id])),
    ]);
    expect(rows).toEqual([
      ['3.1', ['3.1.2']],
      ['3.1 +yjit', ['3.1.2+yjit']],
      ['3.3', ['3.3.8']],
    ]);
  });

  it('tells every verdict as text, and never by colour alone', () => {
    expect(drawn).toContain('aria-label="2.3.6 leak, 2.3.7 inconclusive"');
    expect(drawn).toContain('aria-label="2.4: not run"');
    expect(drawn).toContain('aria-label="all-ruby/2.3.6&lt; image unavailable"');
    const shapes = [...drawn.matchAll(/class="sign ([\w-]+)"[^>]* d="([^"]+)"/g)];
    const byStatus = new Map(shapes.map(([, status, shape]) => [status, shape]));
    expect(byStatus.size).toBe(5);
    expect(new Set(byStatus.values()).size).toBe(5);
  });

  it('counts in its legend', () => {
    const legend = drawn.slice(drawn.indexOf('class="legend"')).replaceAll(/<[^>]+>/g, '');
    expect(legend).toMatch(/leak 1.*clean 1.*inconclusive 1.*not measured 1.*not run 27/s);
  });
});

it('frames what a search did not measure and follows from others, and leaves empty what nobody knows', () => {
  const found = foundBy((name) => (name.startsWith('2.3') ? leak(name) : clean(name)), {
    unavailable: ['2.3.4'],
  });
  const text = String(strip(found));
  const mark = (name: string): string =>
    text.slice(
      text.lastIndexOf('<g', text.indexOf(`<title>${name}:`)),
      text.indexOf('</g>', text.indexOf(`<title>${name}:`)),
    );
  expect(mark('2.3.3')).toContain('class="mark leak inferred"');
  expect(mark('2.3.3')).toContain('2.3.3: leak, which follows from others');
  expect(mark('2.3.8')).toContain('class="mark leak"');
  expect(mark('2.2.4')).toContain('class="mark clean inferred"');
  expect(mark('2.3.4')).toContain('class="mark not-run"');
  expect(mark('2.3.4')).toContain('2.3.4: not available here');
  expect(text).toMatch(/framed: follows from others <span class="count">\d+<\/span>/);
  expect(String(strip(record([clean('2.2.0'), leak('2.3.0')])))).not.toContain('inferred');
});
