import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { html, HTML_POLICY } from '../../../src/report/page/html.ts';
import { runBody } from '../../../src/report/page/run-body.ts';
import { compactMarkup } from '../../../src/report/text/compact-markup.ts';
import { HISTORY, tracesOf, WHOLE_MATRIX } from '../../web/traces.ts';

const page = html(HISTORY, tracesOf(HISTORY));

/** Leaves out what compact markup leaves out. */
const bare = (text: string) =>
  text.replaceAll(/"| (?=\/>)|\s*<\/t(?:[dhr]|body)>/g, '').replaceAll(/\s+/g, ' ');

describe('html', () => {
  it('loads nothing from anywhere', () => {
    const markup = page.replaceAll(/<(style|script)>.*?<\/\1>/gs, '');
    expect(markup.match(/<[^>]*\s(src|srcset|action|poster)=[^>]*>/g)).toBeNull();
    const links = [...markup.matchAll(/href="?([^"\s>]*)/g)];
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(([, href]) => !href?.startsWith('#'))).toEqual([]);
    // Namespaces are names, not addresses.
    const rest = page.replaceAll(/"http:\/\/www\.w3\.org\/[\w/]+"/g, '');
    expect(rest.match(/url\((?!#)|@import|https?:.{0,40}|\bfetch\(|XMLHttpRequest|\bimport\(/g)).toBeNull();
  });

  it('fades what is disabled, not what is pointed at', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const rules = [...style.matchAll(/([^{}]*)\{([^{}]*)\}/g)];
    const faded = rules
      .filter(([, , body]) => /opacity|cursor: default/.test(body ?? ''))
      .map(([, where]) => where);
    expect(faded.some((where) => where?.includes('button[disabled]'))).toBe(true);
    expect(faded.filter((where) => where?.includes(':hover'))).toEqual([]);
  });

  it('allows its own script, by the hash it has', () => {
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    expect(script).toContain('clipboard');
    const hash = createHash('sha256').update(script).digest('base64');
    expect(HTML_POLICY).toContain(`script-src 'sha256-${hash}'`);
    expect(page).toContain(HTML_POLICY.replaceAll("'", '&#39;'));
  });

  it('shows script and output as text, control characters written out', () => {
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<img/g)).toBeNull();
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;\\e[31mred\\e[0m');
    expect(page.replaceAll('\n', '').match(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/g)).toBeNull();
  });

  it('says the same of every ruby as the record', () => {
    const text = page.replaceAll(/<(style|script)>.*?<\/\1>/gs, '').replaceAll(/<[^>]+>/g, ' ');
    expect(text).toContain('2.3.0–2.3.8 and 2.4.0–2.4.3 leak 64 bytes per iteration (native)');
    for (const cell of HISTORY.cells) expect(text).toContain(cell.ruby);
    expect(text).toContain('still settling at the end of the budget');
    expect(text).toContain('line 3: undefined method `foo&#39; for nil');
    expect(text).toContain('1 × 56 bytes');
    expect(text).toContain('All ran on Debian GNU/Linux 11 (bullseye), glibc 2.31');
  });

  it('says the same with quotation marks and without', () => {
    const whole = runBody({
      run: HISTORY,
      traces: tracesOf(HISTORY),
      position: null,
      actions: null,
    }).toString();
    const compact = compactMarkup(whole);
    expect(compact.length).toBeLessThan(0.96 * whole.length);
    expect(bare(compact)).toBe(bare(whole));
  });

  it('has no id twice, and every reference its target', () => {
    const markup = page.replaceAll(/<(style|script)>.*?<\/\1>/gs, '');
    const ids = [...markup.matchAll(/\sid="?([^"\s>]+)/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual([...new Set(ids)]);
    const wanted = [...markup.matchAll(/(?:aria-labelledby|data-copy)="?([^"\s>]+)|href="?#([^"\s>]+)/g)];
    expect(wanted.length).toBeGreaterThan(50);
    for (const [, by, anchor] of wanted) expect(ids).toContain(by ?? anchor);
  });

  it('stays light with the whole matrix', () => {
    expect(WHOLE_MATRIX.cells).toHaveLength(129);
    const bytes = new TextEncoder().encode(html(WHOLE_MATRIX, tracesOf(WHOLE_MATRIX))).length;
    expect(bytes).toBeLessThan(300_000);
  });
});
