import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCellId } from '../../src/domain/cell/cell-id.ts';
import type { MeasureOptions } from '../../src/domain/run/options.ts';
import type { RunRecord } from '../../src/domain/run/record.ts';
import type { Matrix } from '../../src/domain/ruby/ruby.ts';
import { formOfRun, homePage } from '../../src/http/pages/index.ts';
import { Drafts } from '../../src/http/submit/drafts.ts';
import { readForm, submissionOfForm } from '../../src/http/submit/submission.ts';
import type { Ctx } from '../../src/http/context.ts';
import { loadMatrix } from '../../src/store/matrix/matrix-file.ts';
import { cellNamed } from '../unit/domain/cell-named.ts';
import { clean, leak, record, series } from '../unit/report/records.ts';
import { complaintsOf, launch, open, WIDE, WIDTHS } from './browser.ts';
import { serve, type TestServer } from './server.ts';

const loaded = await loadMatrix(fileURLToPath(new URL('../../matrix.yaml', import.meta.url)));
if (!loaded.ok) throw new Error(loaded.message);
const matrix: Matrix = {
  ...loaded.value,
  gems: { ...loaded.value.gems, clients: true },
  clientPackages: ['ruby-nokogiri', 'ruby-oj'],
};

const text = '\n# matrix: budget 5\n\tx = "</textarea>&amp;é"\r\n1000.times { }\n';
const NAMES = [...series('2.3', 8), '2.4.3', '3.1.2', '3.3.8'];
const CHOSEN_ARGS = ['--times', '10', 'two words'];
/** Every option that there is, none of them as it is by itself. */
const CHOSEN: MeasureOptions = {
  budgetSeconds: 12.5,
  exactCount: true,
  keepSleep: true,
  loopLine: 4,
  leastIterations: 5000,
  explain: true,
  debianPackages: ['ruby-nokogiri'],
  gems: ['oj=3.11.8,3.12.0', 'rack'],
  cache: false,
  axes: {
    jit: ['off', 'yjit'],
    arenas: ['default', '8'],
    'ruby-options': ['-W0 --enable=frozen-string-literal'],
    'env.RUBYOPT': ['-w', '-W1'],
    'env.X_Y': ['a=b'],
  },
  without: ['4', '2,4..5'],
  bisect: false,
  gemfile: null,
};
/** A run that chose everything that there is to choose. */
const RUN: RunRecord = record([...NAMES.map((name) => clean(name)), leak('3.3.8+yjit')], {
  script: { name: 'lib/repro.rb', sha256: '0'.repeat(64), text },
  variants: [
    {
      name: 'after.rb',
      without: null,
      path: null,
      script: { name: 'after.rb', sha256: '1'.repeat(64), text: '\n2.times { }' },
      loop: null,
    },
    {
      name: 'without-4',
      without: [4],
      path: null,
      script: { name: 'lib/repro.rb', sha256: '2'.repeat(64), text: '' },
      loop: null,
    },
  ],
  options: { ...record([]).options, ...CHOSEN, args: CHOSEN_ARGS },
});
const { left, ...form } = formOfRun(RUN, matrix);
const basedOn = {
  id: RUN.id,
  files: ['data/a.txt', 'Gemfile'],
  areWanted: true,
  left: ['rubies that are not there'],
};
const page = homePage({ matrix, latest: [], form: { ...form, basedOn }, problem: null, signedIn: true });

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  browser = await launch();
  server = await serve(new Map([['/again', () => page]]));
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

test.each(WIDTHS)('%i pixels, edited again: nothing to complain of', async (width) => {
  expect(await complaintsOf(browser, { url: `${server.url}/again`, width, name: 'again' })).toEqual([]);
});

test('sent as it is, without JavaScript, it asks for the same run again, and says what it came from', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/again`);
  const sent = tab.page.waitForRequest((request) => request.method() === 'POST');
  await tab.page.route('**', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 204 }) : route.continue(),
  );
  await tab.page.getByRole('button', { name: 'Run', exact: true }).click();
  const body = (await sent).postData() ?? '';
  const request = {
    header: () => undefined,
    raw: new Request('http://localhost/', { method: 'POST', body }),
  };
  const fields = await readForm({ req: request } as unknown as Ctx, 1e6);
  expect([fields.get('files'), fields.get('token')]).toEqual(['true', null]);
  fields.delete('files');
  const draft = submissionOfForm(fields, new Drafts(matrix));
  expect(draft.script).toEqual({ name: 'lib/repro.rb', text: text.replace('\r\n', '\n') });
  expect([draft.args, draft.basedOn]).toEqual([CHOSEN_ARGS, RUN.id]);
  expect(draft.others).toEqual([{ name: 'after.rb', text: '\n2.times { }', path: null }]);
  expect(draft.options).toEqual(CHOSEN);
  expect(draft.rubies?.map(({ name }) => name).toSorted()).toEqual([...NAMES].toSorted());
});

test('what no form can hold is named', () => {
  const odd = record([clean('3.3.8'), { ...clean('x'), ...cellNamed('my-build') }], {
    options: {
      ...RUN.options,
      gems: ['oj'],
      debianPackages: ['gcc'],
      axes: { 'env.A': ['1,2'] },
      args: ['a\nb'],
    },
  });
  const closed = { ...matrix, gems: { ...matrix.gems, clients: false }, clientPackages: [] };
  expect(formOfRun(odd, closed).left.join('\n')).toMatch(/my-build[^]*gems[^]*gcc[^]*env\.A[^]*line break/);
  expect(left).toEqual([]);
});

test('of a search all rubies are taken that it might have measured', () => {
  const candidates = NAMES.map((name) => cellNamed(name).id);
  const bisect = { gem: null, candidates, unavailable: [], commits: null, findings: [], open: [] };
  const searched = record([clean('2.4.3')], { bisect, options: { ...RUN.options, bisect: true } });
  expect(formOfRun(searched, matrix)).toMatchObject({
    rubies: ['2.3', ...NAMES.filter((name) => !name.startsWith('2.3'))],
    options: { bisect: 'true' },
  });
  expect(parseCellId(candidates[0] ?? '')?.ruby).toBe('2.3.0');
});
