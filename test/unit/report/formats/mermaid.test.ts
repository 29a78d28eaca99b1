import { describe, expect, it } from 'vitest';
import { mermaidChart } from '../../../../src/report/formats/mermaid.ts';
import { THREE_LOOPS } from '../loops/loops.ts';
import { clean, failed, leak, record, series } from '../records.ts';

describe('the chart for GitHub', () => {
  it('has a bar per measured ruby, in release order', () => {
    expect(mermaidChart(record([leak('2.3.6'), clean('2.2.10'), failed('2.4.3')]))).toMatchInlineSnapshot(`
      "\`\`\`mermaid
      xychart-beta
          title "bytes per iteration"
          x-axis ["2.2.10", "2.3.6"]
          y-axis "bytes" 0 --> 64
          bar [0, 64]
      \`\`\`"
    `);
  });

  it('says that it shows the worst of several loops', () => {
    expect(mermaidChart(THREE_LOOPS)).toContain('title "bytes per iteration of the worst loop"');
  });

  it('lies on its side where there are many rubies, and is left out where it would be none', () => {
    expect(mermaidChart(record(series('2.3', 20).map((name) => clean(name))))).toContain(
      'xychart-beta horizontal',
    );
    expect(mermaidChart(record(series('2.3', 90).map((name) => clean(name))))).toBeNull();
    expect(mermaidChart(record([failed('2.3.6')]))).toBeNull();
  });

  it('holds only numbers and names that Mermaid can read', () => {
    const chart = mermaidChart(record([leak('2.3.6', 1e-9), leak('a"b]', 1.5e7), leak('2.4.3', -3)])) ?? '';
    expect(chart).toContain('bar [0, 0, 15000000]');
    expect(chart).toContain(`x-axis ["2.3.6", "2.4.3", "a'b]"]`);
  });
});
