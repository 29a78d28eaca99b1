import { describe, expect, it } from 'vitest';
import { json, ndjson, ndjsonLine } from '../../../../src/report/formats/json.ts';
import { commonScale, sparkline } from '../../../../src/report/text/sparkline.ts';
import { failed, leak, record } from '../records.ts';

const run = record([
  leak('2.3.6'),
  failed('2.4.3', { output: 'x\u001b]0;y\u0007\u009b\u2028\u202e\u007f\n日本' }),
]);

describe('json', () => {
  it('is the record again, with no control character raw', () => {
    const text = json(run);
    expect(JSON.parse(text)).toEqual(run);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
    expect(text).toContain('日本');
  });
});

describe('ndjson', () => {
  it('is one object per line', () => {
    const lines = ndjson(run).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'cell',
      'cell',
      'done',
    ]);
    expect(ndjsonLine({ type: 'note', text: 'a\nb' })).toBe('{"type":"note","text":"a\\nb"}\n');
  });
});

describe('sparkline', () => {
  it('draws every curve on the scale of the steepest, each from its own start', () => {
    const steep = [100, 200, 300, 400, 500, 600, 700, 800];
    const flat = [5000, 5001, 5000, 5002];
    const scale = commonScale([steep, flat], 10);
    expect(sparkline(steep, 8, scale)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline(flat, 8, scale)).toBe('▁▁▁▁');
  });

  it('holds more points than it has room for, falling curves, and none at all', () => {
    const many = Array.from({ length: 1000 }, (_, index) => index);
    expect(sparkline(many, 8, commonScale([many], 1))).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([10, 0], 8, commonScale([[10, 0]], 100))).toBe('▁▁');
    expect(sparkline([], 8, commonScale([], 1))).toBe('');
  });
});
