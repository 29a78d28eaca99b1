import { describe, expect, it } from 'vitest';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import { sentenceOf } from '../../../../src/report/summary/sentence.ts';
import { clean, failed, inconclusive, leak, LISTED, series, slope } from '../records.ts';

const tell = (...cells: readonly CellRecord[]): string => sentenceOf(cells, LISTED);

describe('the sentence', () => {
  it('is the one that the whole matrix of the require leak ends in', () => {
    const leaking = [...series('2.3', 8), ...series('2.4', 3)];
    const rest = LISTED.filter(
      (name) => !leaking.includes(name) && (name === '2.2.10' || !name.startsWith('2.2')),
    );
    expect(tell(...leaking.map((name) => leak(name)), ...rest.map((name) => clean(name)))).toBe(
      '2.3.0–2.3.8 and 2.4.0–2.4.3 leak 64 bytes per iteration (native); ' +
        '2.2.10, 2.4.4–2.4.10 and 2.5.0 and later are clean.',
    );
  });

  it('names single releases where the matrix was run in part', () => {
    expect(tell(clean('2.5.9'), leak('2.4.3'), leak('2.3.6'), clean('2.2.10'), clean('2.4.10'))).toBe(
      '2.3.6 and 2.4.3 leak 64 bytes per iteration (native); 2.2.10, 2.4.10 and 2.5.9 are clean.',
    );
  });

  it('writes no range over a release that was not measured, failed, or leaks otherwise', () => {
    const without = series('2.3', 8).filter((name) => name !== '2.3.4');
    expect(tell(...without.map((name) => leak(name)))).toBe(
      '2.3.0–2.3.3 and 2.3.5–2.3.8 leak 64 bytes per iteration (native).',
    );
    expect(tell(...without.map((name) => leak(name)), failed('2.3.4'))).toContain(
      '2.3.0–2.3.3 and 2.3.5–2.3.8',
    );
    expect(tell(...without.map((name) => leak(name)), leak('2.3.4', 128))).toBe(
      '2.3.0–2.3.3 and 2.3.5–2.3.8 leak 64 bytes per iteration (native); ' +
        '2.3.4 leaks 128 bytes per iteration (native).',
    );
  });

  it('says "and later" only when every listed release to the newest is among them', () => {
    const later = [...series('2.5', 9), ...series('2.6', 3)];
    expect(tell(leak('2.4.3'), ...later.map((name) => clean(name)))).toContain(
      '; 2.5.0 and later are clean.',
    );
    expect(tell(leak('2.4.3'), ...later.slice(0, -1).map((name) => clean(name)))).toContain(
      '; 2.5.0–2.5.9 and 2.6.0–2.6.2 are clean.',
    );
    expect(tell(leak('2.4.3'), ...later.slice(1).map((name) => clean(name)))).toContain(
      '; 2.5.1–2.5.9 and 2.6.0 and later are clean.',
    );
  });

  it.each([
    [leak('2.3.6', 1), '2.3.6 leaks 1 byte per iteration (native).'],
    [leak('2.3.6', 0.52), '2.3.6 leaks 0.5 bytes per iteration (native).'],
    [leak('2.3.6', 39_952.3), '2.3.6 leaks 39,952 bytes per iteration (native).'],
    [leak('2.3.6', 121.2, 'objects', 2), '2.3.6 leaks 121 bytes per iteration (objects, 2 slots).'],
    [leak('2.3.6', 40, 'objects', 1), '2.3.6 leaks 40 bytes per iteration (objects, 1 slot).'],
  ])('writes rates as people do: %#', (cell, sentence) => {
    expect(tell(cell)).toBe(sentence);
  });

  it('takes the resident bytes where the growth never passed through malloc', () => {
    expect(tell(leak('2.3.6', 4096, 'outside-malloc'))).toBe(
      '2.3.6 leaks 4,506 bytes per iteration (outside malloc).',
    );
  });

  it('tells leaks of another cause or rate in a clause of their own', () => {
    expect(tell(leak('2.3.6'), leak('2.4.3', 64, 'objects', 1), leak('2.5.9', 40))).toBe(
      '2.3.6 leaks 64 bytes per iteration (native); 2.4.3 leaks 64 bytes per iteration (objects, 1 slot); ' +
        '2.5.9 leaks 40 bytes per iteration (native).',
    );
  });

  it('writes both ends where rates are alike and yet not the same', () => {
    expect(tell(leak('2.3.6', 60), leak('2.4.3', 65))).toBe(
      '2.3.6 and 2.4.3 leak 60–65 bytes per iteration (native).',
    );
    const wide = { ...leak('2.4.3', 65), growth: { ...leak('2.4.3').growth!, malloc: slope(65, 8) } };
    expect(tell(leak('2.3.6', 60), wide)).not.toContain('–65');
  });

  it('says what was shown when nothing leaks', () => {
    expect(tell(clean('2.2.10', 0.31), clean('2.3.6', 0.42))).toBe(
      'No leak: 2.2.10 and 2.3.6 show no growth above 0.5 bytes per iteration.',
    );
    expect(tell(clean('2.2.10', 1))).toBe('No leak: 2.2.10 shows no growth above 1 byte per iteration.');
  });

  it('does not say "no leak" beside a ruby it knows nothing of', () => {
    expect(tell(clean('2.2.10'), inconclusive('2.3.6'), failed('2.4.3'), failed('2.4.2'))).toBe(
      '2.2.10 shows no growth above 0.4 bytes per iteration; 2.3.6 is inconclusive; ' +
        '2.4.2 and 2.4.3 were not measured (image unavailable).',
    );
  });

  it('says so when nothing was measured, and tells the reasons apart', () => {
    expect(tell(failed('2.3.6'), failed('2.4.3', { outcome: 'script-error' }))).toBe(
      'Nothing was measured: 2.3.6 was not measured (image unavailable); 2.4.3 was not measured (script error).',
    );
    expect(tell()).toBe('No ruby was run.');
  });

  it('keeps entries that are no plain release out of ranges', () => {
    const listed = ['2.3.0', '2.3.1', 'all-ruby/2.3.1', '2.3.2', 'nightly'];
    const cells = ['2.3.0', '2.3.1', '2.3.2', 'nightly', 'all-ruby/2.3.1'].map((name) => leak(name));
    expect(sentenceOf(cells, listed)).toBe(
      '2.3.0 and later, all-ruby/2.3.1 and nightly leak 64 bytes per iteration (native).',
    );
  });
});
