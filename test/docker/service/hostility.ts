import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, eventsOf, QUICK, type ServeProcess } from '../serve.ts';

/** Environment of a service whose turns can be measured. */
export const MEASURED = {
  NODE_OPTIONS: `--import=${new URL('turn-cpu.ts', import.meta.url).href} --disable-warning=ExperimentalWarning`,
};

/**
 * Reads the processor time in milliseconds of the longest turn of a service's event loop since the last call.
 */
export async function longestTurnMs(on: ServeProcess): Promise<number> {
  const said = (): readonly RegExpExecArray[] => [...on.log().matchAll(/^longest turn: (\S+) ms$/gm)];
  const before = said().length;
  on.kill('SIGUSR2');
  while (said().length === before) await sleep(20);
  return Number(said().at(-1)?.[1]);
}

/** Something that nobody else may be kept waiting by. Gives what came of it, in a few words. */
export interface Hostile {
  readonly name: string;
  /** Takes a minute or more. */
  readonly isLong?: boolean;
  does(on: ServeProcess): Promise<string | void>;
}

const HEADERS = { ...AUTH, 'Content-Type': 'text/x-ruby', 'Cache-Control': 'no-cache' };

const post = (on: ServeProcess, body: string, query = 'ruby=3.1.2'): Promise<Response> =>
  on.request(`/runs?${query}`, { method: 'POST', body, headers: HEADERS });

async function outcomeOf(on: ServeProcess, body: string, query?: string): Promise<string> {
  const answer = await post(on, body, query);
  if (!answer.ok) return `${answer.status}`;
  const run = await on.finished(((await answer.json()) as RunRecord).id);
  const [cell] = run.cells;
  return cell?.verdict ?? cell?.outcome ?? run.state;
}

const cancel = (on: ServeProcess, id: string): Promise<Response> =>
  on.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });

/** Posts a script, and cancels the run if it was accepted: only the reading of the script matters. */
async function readOnly(on: ServeProcess, body: string): Promise<string> {
  const answer = await post(on, body);
  if (answer.ok) await cancel(on, ((await answer.json()) as RunRecord).id);
  else await answer.text();
  return String(answer.status);
}

const pipe = (line: string): string =>
  `io = IO.for_fd(198, 'w', autoclose: false)\nn = 0\nloop { io.syswrite(${line}) }\n`;
const NESTED = `${'1.times { '.repeat(100)}${'}'.repeat(100)}\n`;

const GIGABYTE = 1e9;
/**
 * A dump of a gigabyte within the memory of a cell, and a leak to name: a million objects, a line each, and texts of
 * control characters, of which a dump writes six bytes for one.
 */
const LARGE_HEAP = `keep = Array.new(1_000_000) { |n| [n] }
text = "\\1" * 1_000
keep.concat(Array.new(150_000) { text + 'x' })
loop { keep << Object.new }
`;

export const HOSTILE: readonly Hostile[] = [
  {
    name: 'a flood of checkpoints',
    does: (on) => outcomeOf(on, pipe(String.raw`"C #{n += 1} o #{n} 1 1 -1 0 0:#{n}\n"`)),
  },
  {
    name: 'a flood of checkpoints that grow',
    does: (on) =>
      outcomeOf(on, pipe(String.raw`"C #{n += 1 + n / 20} o #{n} 1 1 -1 0 0:#{n}\n"`), 'ruby=3.1.2&budget=5'),
  },
  { name: 'a flood of rubbish', does: (on) => outcomeOf(on, pipe(String.raw`"nonsense\n"`)) },
  { name: '20,000 lines of 100.times{}', does: (on) => readOnly(on, '100.times{}\n'.repeat(20_000)) },
  { name: '200 loops, nested 100 deep', does: (on) => readOnly(on, NESTED.repeat(200)) },
  { name: '256 KiB in one line', does: (on) => readOnly(on, '100.times{};'.repeat(21_845)) },
  {
    name: '256 KiB of one nest',
    does: (on) => readOnly(on, `${'['.repeat(120_000)}${']'.repeat(120_000)}\n`),
  },
  { name: '100 MB/s of output', does: (on) => outcomeOf(on, "x = 'x' * 65_536\nloop { print x }\n") },
  {
    name: 'output byte by byte',
    does: (on) => outcomeOf(on, '$stdout.sync = true\nloop { 100.times { $stdout.syswrite("x") } }\n'),
  },
  { name: 'heap dumps of 1 GB, another run is watched', isLong: true, does: heapDumps },
  { name: '300 POSTs at once', does: posts },
  { name: '100 readers of a page that grows', isLong: true, does: readers },
];

/** Counts the bytes that a process has read, over sockets too. */
async function bytesReadBy(pid: number): Promise<number> {
  return Number(/^rchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Runs the case of large heap dumps. Throws where the dumps were too small to prove anything. */
async function heapDumps(on: ServeProcess): Promise<string> {
  const before = await bytesReadBy(on.pid);
  const answer = await post(on, LARGE_HEAP, 'ruby=3.1.2&explain=true&budget=120');
  const { id } = (await answer.json()) as RunRecord;
  const other = ((await (await post(on, QUICK)).json()) as RunRecord).id;
  let seen = 0;
  const events = await on.request(`/runs/${other}/events`, { headers: { Accept: 'application/x-ndjson' } });
  for await (const _ of eventsOf(events)) seen += 1;
  const run = await on.finished(id, 900);
  const [cell] = run.cells;
  // Three dumps come, in base64.
  const gigabytes = (((await bytesReadBy(on.pid)) - before) * 3) / 4 / 3 / GIGABYTE;
  const found = cell?.explanation?.findings.length ?? 0;
  if (gigabytes < 1 || found === 0) {
    const notes = cell?.explanation?.notes.join('; ') ?? cell?.message;
    throw new Error(`heap dumps of ${gigabytes.toFixed(2)} GB each, ${found} found: ${notes}`);
  }
  return `${cell?.verdict}, ${found} found in dumps of ${gigabytes.toFixed(2)} GB each, ${seen} events of the other`;
}

async function posts(on: ServeProcess): Promise<string> {
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const answer = await post(on, `# ${index}\n${QUICK}`);
      return { status: answer.status, id: answer.ok ? ((await answer.json()) as RunRecord).id : null };
    }),
  );
  await Promise.all(answers.flatMap(({ id }) => (id === null ? [] : [cancel(on, id)])));
  const accepted = answers.filter(({ status }) => status === 202).length;
  return `${accepted} accepted`;
}

/** Runs readers that behave like browsers: each follows the events, and requests the page once a second. */
async function readers(on: ServeProcess): Promise<string> {
  const answer = await post(
    on,
    'x = []\nloop { x << "y" * 20; sleep 0.0001 }\n',
    'ruby=2.7.4,3.1.2,3.3.8&explain=true',
  );
  const { id } = (await answer.json()) as RunRecord;
  const counts = { events: 0, pages: 0, unchanged: 0 };
  const over = new AbortController();
  const follow = async (): Promise<void> => {
    const events = await on.request(`/runs/${id}/events`);
    for await (const _ of events.body ?? []) counts.events += 1;
  };
  const read = async (): Promise<void> => {
    let tag = '';
    while (!over.signal.aborted) {
      const until = performance.now() + 1_000;
      const headers = { Accept: 'text/html', 'If-None-Match': tag };
      // A connection that was kept may have been closed just now: a browser asks once more.
      const ask = (): Promise<Response> => on.request(`/runs/${id}`, { headers });
      const page = await ask().catch(ask);
      await page.arrayBuffer();
      tag = page.headers.get('ETag') ?? '';
      if (page.status === 304) counts.unchanged += 1;
      else counts.pages += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, until - performance.now())));
    }
  };
  const all = Array.from({ length: 100 }, () => Promise.all([read(), follow()]));
  await on.finished(id);
  over.abort();
  await Promise.all(all);
  return `${counts.pages} pages, ${counts.unchanged} times unchanged, ${counts.events} pieces of events`;
}
