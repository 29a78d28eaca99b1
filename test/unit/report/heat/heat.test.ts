import { describe, expect, it } from 'vitest';
import { badge } from '../../../../src/report/heat/badge.ts';
import { gridOf } from '../../../../src/report/heat/grid.ts';
import { heatLevel } from '../../../../src/report/heat/heat-level.ts';
import { heatStrip } from '../../../../src/report/heat/heat-strip.ts';
import { foundBy } from '../bisect/searches.ts';
import { clean, failed, inconclusive, leak, record, series } from '../records.ts';

const RUN = record([
  ...series('2.3', 8).map((ruby) => leak(ruby)),
  leak('2.4.0+yjit', 30_000),
  clean('2.4.1'),
  inconclusive('2.4.2'),
  failed('2.4.3'),
]);

/** Classes of the mark of a cell. */
const classOf = (text: string, name: string): string | undefined =>
  new RegExp(`<rect class="([^"]*)"[^>]*><title>${name.replaceAll(/[.+]/g, '\\$&')}: `).exec(text)?.[1];

/** Names of the rows of a strip. */
const names = (cells: Parameters<typeof record>[0]) =>
  [...String(heatStrip(record(cells))).matchAll(/series-name">([^<]*)</g)].map(([, name]) => name);

describe('the strip', () => {
  const text = String(heatStrip(RUN));

  it('has a row for each of the settings, and the same releases in each', () => {
    const { rows, columns, series: named } = gridOf(RUN);
    expect(rows.map(({ suffix }) => suffix)).toEqual(['', '+yjit']);
    expect(named).toEqual([
      { title: '2.3', columns: 9 },
      { title: '2.4', columns: 11 },
    ]);
    for (const { marks } of rows) expect(marks).toHaveLength(columns);
    expect(rows[1]?.marks.findIndex((mark) => mark?.cell !== undefined)).toBe(9);
  });

  it('names the row of cells without settings by what the others have instead', () => {
    expect(names([leak('3.3.8'), clean('3.3.8+yjit')])).toEqual(['jit=off', 'yjit']);
    expect(names([leak('3.3.8'), clean('3.3.8+arenas=default+yjit')])).toEqual([
      'arenas=1, jit=off',
      'arenas=default+yjit',
    ]);
    expect(names([leak('3.3.8'), clean('3.3.9')])).toEqual([]);
  });

  it('is hotter for each power of ten', () => {
    const levels = [0.1, 9, 11, 500, 5000, 50_000, 5e6].map((bytes) => heatLevel(leak('2.3.6', bytes)));
    expect(levels).toEqual([1, 1, 2, 3, 4, 5, 6]);
    expect(classOf(text, '2.3.6')).toBe('leak heat-2');
    expect(classOf(text, '2.4.0+yjit')).toBe('leak heat-5');
  });

  it('tells what is clean, inconclusive, not measured and not run', () => {
    expect(['2.4.1', '2.4.2', '2.4.3', '2.4.9'].map((name) => classOf(text, name))).toEqual([
      'clean',
      'inconclusive',
      'failed',
      'not-run',
    ]);
    expect(text).toContain('id="hatched"');
  });

  it('labels groups with their rate, for eyes and for screen readers', () => {
    expect(text).toMatch(/2\.3\.0–2\.3\.8 · 64 B<\/li>/);
    expect(text).toContain(
      'aria-label="Releases: leak · 64 B: 2.3.0–2.3.8; clean: 2.4.1; inconclusive: 2.4.2;',
    );
    expect(text).toContain('aria-label="+yjit: leak · 30,000 B: 2.4.0+yjit"');
  });

  it('frames what follows from others', () => {
    const found = foundBy((name) => (name.startsWith('2.3') ? leak(name) : clean(name)), {
      unavailable: ['2.3.4'],
    });
    const drawn = String(heatStrip(found));
    expect(classOf(drawn, '2.3.3')).toBe('leak inferred');
    expect(classOf(drawn, '2.3.4')).toBe('not-run');
  });

  it('is empty for a run without releases', () => {
    expect(String(heatStrip(record([])))).toBe('');
  });
});

describe('the badge', () => {
  it('says in words what it shows, and loads nothing', () => {
    const text = badge(RUN);
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="20"/);
    expect(text).toContain('>10 of 13 leak, 1 inconclusive</text>');
    expect(text).not.toMatch(/url\((?!#)|href|<script/);
    expect(text.match(/<rect class="leak/g)).toHaveLength(10);
  });

  it('says how far a run is', () => {
    expect(badge({ ...RUN, state: 'running', finishedAt: null })).toContain('>running, 13 of 13 done</text>');
    expect(badge(record([clean('2.4.1')]))).toContain('>1 clean</text>');
  });
});
