import { describe, expect, it } from 'vitest';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { html } from '../../../../src/report/page/html.ts';
import { markdown } from '../../../../src/report/formats/markdown.ts';
import { residentNotes } from '../../../../src/report/summary/resident.ts';
import { clean, record } from '../records.ts';

const holding = (ruby: string, heldBytes: number, trimmedBytes = 0, peakBytes = 0) => ({
  ...clean(ruby),
  resident: { heldBytes, trimmedBytes, peakBytes, codeBytes: 0, freeSlotBytes: 0, compared: [] },
});

describe('resident memory that holds nothing live', () => {
  it('is reported where it is large, once for all rubies', () => {
    const run = record([holding('2.3.6', 148e6, 120e6, 20e6), holding('2.4.3', 155e6), clean('2.5.0')]);
    const notes = residentNotes(run);
    expect(notes).toEqual([
      expect.stringMatching(
        /^2\.3\.6 and 2\.4\.3: 148–155 MB stay resident, after a trim, .* It is not a leak/,
      ),
      expect.stringMatching(/^2\.3\.6: a trim gave up to 120 MB back to the kernel/),
    ]);
    const page = html(run, []);
    for (const text of [markdown(run), bugReport(run), page])
      expect(text).toContain('148–155 MB stay resident');
  });

  it('is not noted again where the message of a clean cell describes it', () => {
    const described = { ...holding('2.3.6', 148e6), message: 'no growth above 0.4 bytes per iteration' };
    expect(residentNotes(record([described]))).toEqual([]);
    expect(residentNotes(record([{ ...described, code: null }]))).toHaveLength(1);
  });

  it('tells peaks of memory that was freed again', () => {
    expect(residentNotes(record([holding('2.3.6', 0, 0, 90e6)]))).toEqual([
      '2.3.6: up to 90 MB more of malloc were live at a time than at a checkpoint, and were freed again',
    ]);
  });

  it('is nothing to speak of where every Ruby has as much', () => {
    expect(residentNotes(record([holding('2.3.6', 9e6, 2e6, 20e6), clean('2.4.3')]))).toEqual([]);
  });
});
