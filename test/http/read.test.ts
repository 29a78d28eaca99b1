import { expect, test } from 'vitest';
import { cellId } from '../../src/domain/cell/cell-id.ts';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { clean, leak, record } from '../unit/report/records.ts';
import { AUTH, post, SCRIPT, startService } from './service.ts';
import { listed } from '../listed.ts';

const RUN = record([leak('2.3.6'), clean('2.4.10')]);

test('a page for a browser, the record for a program, at the same address', async () => {
  await using on = await startService({ stored: [RUN] });
  const address = `/runs/${RUN.id}`;
  const asJson = await on.app.request(address, { headers: { Accept: '*/*' } });
  expect(await asJson.json()).toMatchObject({
    id: RUN.id,
    leaking: ['2.3.6'],
    cached: false,
    queuePosition: null,
  });
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const page = await on.app.request(address, { headers: { Accept: browser } });
  expect(page.headers.get('Content-Type')).toMatch(/^text\/html/);
  expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(page.headers.get('Vary')).toBe('Accept, Cookie');
  expect(await page.text()).toContain('2.3.6');
  const missing = await on.app.request('/runs/nothing', { headers: { Accept: browser } });
  expect([missing.status, missing.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8']);
});

test.each([
  ['json', 'application/json', '"sha256"'],
  ['md', 'text/markdown', '2.3.6'],
  ['csv', 'text/csv', '2.3.6'],
  ['xml', 'application/xml', '<testsuites'],
  ['html', 'text/html', '<!doctype html>'],
  ['svg', 'image/svg+xml', '<svg xmlns'],
  ['speedscope.json', 'application/json', 'speedscope.app'],
])('report.%s', async (extension, type, holds) => {
  await using on = await startService({ stored: [RUN] });
  const answer = await on.app.request(`/runs/${RUN.id}/report.${extension}`);
  expect(answer.headers.get('Content-Type')).toBe(`${type}; charset=utf-8`);
  expect(await answer.text()).toContain(holds);
  expect((await on.app.request(`/runs/nothing/report.${extension}`)).status).toBe(404);
  expect((await on.app.request(`/runs/${RUN.id}/report.pdf`)).status).toBe(404);
});

test('a badge may be shown by other sites', async () => {
  await using on = await startService({ stored: [RUN] });
  const answer = await on.app.request(`/runs/${RUN.id}/badge.svg`);
  expect(answer.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
  expect(answer.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
  expect(await answer.text()).toMatch(/^<svg /);
});

test('what a script printed reaches no terminal as a command', async () => {
  const cell = { ...leak('2.3.6'), output: 'a\u001b[2Jb\u009b31m\u202e' };
  await using on = await startService({ stored: [record([cell])] });
  const text = await (await on.app.request(`/runs/${RUN.id}`)).text();
  expect(text).not.toMatch(/[\u001b\u009b\u202e]/);
  expect((JSON.parse(text) as RunRecord).cells[0]?.output).toBe(cell.output);
});

test('samples of a ruby whose name holds a slash; none of a cell that was not asked for', async () => {
  await using on = await startService({ stored: [record([leak('all-ruby/2.3.6')])] });
  const path = `/runs/${RUN.id}/cells`;
  const trace = {
    cell: cellId('all-ruby/2.3.6'),
    ruby: 'all-ruby/2.3.6',
    pass: 'measure',
    samples: [],
    histograms: [],
  } as const;
  await on.store.saveTrace(RUN.id, trace);
  const answer = await on.app.request(`${path}/all-ruby%2F2.3.6/samples`);
  expect(await answer.json()).toEqual({
    run: RUN.id,
    cell: 'all-ruby/2.3.6',
    ruby: 'all-ruby/2.3.6',
    passes: [trace],
  });
  expect((await on.app.request(`${path}/2.4.10/samples`)).status).toBe(404);
});

test('the list continues where the page before ended, also when runs go away meanwhile', async () => {
  const stored = Array.from({ length: 7 }, (_, index) =>
    record([clean('2.4.10')], {
      id: `2026112${index}-071502-repro-3f9a2c`,
      createdAt: `2026-11-2${index}T07:15:02.000Z`,
    }),
  );
  await using on = await startService({ stored });
  const page = async (query: string) =>
    (await (await on.app.request(`/runs?${query}`)).json()) as {
      runs: { id: string }[];
      next: string | null;
    };
  const first = await page('limit=3');
  expect(first.runs.map((run) => run.id.slice(0, 8))).toEqual(['20261126', '20261125', '20261124']);
  await on.app.request(`/runs/${stored[4]?.id}`, { method: 'DELETE', headers: AUTH });
  const second = await page(`limit=3&cursor=${encodeURIComponent(first.next ?? '')}`);
  expect(second.runs.map((run) => run.id.slice(0, 8))).toEqual(['20261123', '20261122', '20261121']);
  const last = await page(`limit=3&cursor=${encodeURIComponent(second.next ?? '')}`);
  expect(last).toMatchObject({ runs: [{ id: stored[0]?.id }], next: null });
  expect((await on.app.request('/runs?limit=1000')).status).toBe(422);
  expect((await on.app.request('/runs?page=2')).status).toBe(422);
});

test('the oldest runs beyond the size go at the start', async () => {
  const stored = [1, 2, 3].map((day) =>
    record([clean('2.4.10')], {
      id: `2026110${day}-071502-repro-3f9a2c`,
      createdAt: `2026-11-0${day}T07:15:02.000Z`,
      script: { name: 'repro.rb', sha256: '0'.repeat(64), text: 'x'.repeat(5000) },
    }),
  );
  await using on = await startService({ stored, limits: { keepBytes: 16_000 } });
  expect((await listed(on.service)).map((run) => run.id.slice(0, 8))).toEqual(['20261103', '20261102']);
});

test('events of a finished run: the record, that it is done, and nothing more', async () => {
  await using on = await startService({ stored: [RUN] });
  const address = `/runs/${RUN.id}/events`;
  const lines = await (await on.app.request(address, { headers: { Accept: 'application/x-ndjson' } })).text();
  const events = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; type: string });
  expect(events.map((event) => event.type)).toEqual(['run', 'done']);
  const last = String(events.at(-1)?.id);
  expect((await on.app.request(address, { headers: { 'Last-Event-ID': last } })).status).toBe(204);
  const sse = await (await on.app.request(address)).text();
  expect(sse).toMatch(new RegExp(`id: ${last}\nevent: done\ndata: \\{.*\\}\n\n$`));
});

test('events of a run that waits: heartbeats, then its end; a resumed reader gets what it missed', async () => {
  await using on = await startService();
  const run = (await (await post(on.app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord;
  const address = `/runs/${run.id}/events`;
  const answer = await on.app.request(address);
  expect(answer.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  const reading = (async () => {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(text).toContain(': heartbeat');
  await on.app.request(`/runs/${run.id}`, { method: 'DELETE', headers: AUTH });
  await reading;
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  expect(ids).toEqual([...ids].toSorted((a, b) => a - b));
  expect([...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])).toEqual(['run', 'cell', 'done']);
});

test('event streams are bounded in number', async () => {
  await using on = await startService({ http: { streams: 2 } });
  const run = (await (await post(on.app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord;
  const open = [
    await on.app.request(`/runs/${run.id}/events`),
    await on.app.request(`/runs/${run.id}/events`),
  ];
  expect((await on.app.request(`/runs/${run.id}/events`)).status).toBe(503);
  await open[0]?.body?.cancel();
  expect((await on.app.request(`/runs/${run.id}/events`)).status).toBe(200);
});
