import { randomBytes } from 'node:crypto';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { newRunId } from '../../../src/domain/run/run-id.ts';
import { createResultsStore } from '../../../src/store/runs/results-store.ts';
import { AUTH, QUICK, resultsFolder, serve, SLOW, type ServeProcess } from '../../docker/serve.ts';
import { median } from '../../harness.ts';
import { memoryBench, memoryOf, watchedService } from './service-memory.ts';

const STORED_RUNS = 1000;
const READS = 300;
const POSTS = 300;
const ROOM = ['--rate', '1000000', '--max-waiting', '100000'];
const CACHE = { 'Cache-Control': 'no-cache' };

/**
 * Measures answers per second and their latency, with a thousand stored runs while cells run, and the
 * service's own memory over many runs. False when that is not flat.
 */
export async function serviceBench(runs: number): Promise<boolean> {
  await loadBench();
  return memoryBench(runs, [...ROOM, '--log-level', 'warn']);
}

async function loadBench(): Promise<void> {
  await using folder = await resultsFolder();
  const args = [...ROOM, '--jobs', '1', '--log-level', 'warn'];
  const empty = await keptBytes(folder.path, args);
  const began = performance.now();
  const id = await fill(folder.path);
  console.log(`${STORED_RUNS} runs stored (${seconds(began)} s)`);
  const each = ((await keptBytes(folder.path, args)) - empty) / STORED_RUNS;
  console.log(`${each.toFixed(0)} bytes of memory are kept of each stored run`);
  const starting = performance.now();
  await using on = await serve(folder.path, args);
  console.log(`started with them in ${seconds(starting)} s`);
  await on.submit(SLOW);
  for (const [path, accept] of [
    ['/healthz', 'application/json'],
    ['/runs', 'application/json'],
    [`/runs/${id}`, 'application/json'],
    [`/runs/${id}`, 'text/html'],
    ['/', 'text/html'],
  ] as const) {
    const latency = await latencyOf(READS, () => on.request(path, { headers: { Accept: accept } }));
    console.log(`GET ${path.replace(id, ':id')} as ${accept}: ${latency}`);
  }
  const posting = performance.now();
  const latency = await latencyOf(POSTS, () => post(on));
  console.log(
    `POST /runs, one after the other: ${latency}, ${(POSTS / Number(seconds(posting))).toFixed(0)} a second`,
  );
  const together = performance.now();
  const answers = await Promise.all(Array.from({ length: POSTS }, () => post(on)));
  const accepted = answers.filter((answer) => answer.status === 202).length;
  console.log(`POST /runs, ${POSTS} at once: ${accepted} accepted in ${seconds(together)} s`);
}

/** Measures what a service that was just started keeps. */
async function keptBytes(folder: string, args: readonly string[]): Promise<number> {
  await using on = await watchedService(folder, args);
  await (await on.request('/runs')).arrayBuffer();
  return (await memoryOf(on)).kept;
}

/** Copies one real run under many ids; returns the newest id. */
async function fill(folder: string): Promise<string> {
  const run = await measuredOnce();
  const store = createResultsStore({ folder, warn: console.error });
  let id = run.id;
  for (let index = STORED_RUNS; index > 0; index -= 1) {
    const createdAt = new Date(Date.parse(run.createdAt) - index * 60_000).toISOString();
    id = newRunId(createdAt, run.script.name, randomBytes(3).toString('hex'));
    await store.saveRun({ ...run, id, createdAt });
  }
  return id;
}

async function measuredOnce(): Promise<RunRecord> {
  await using folder = await resultsFolder();
  await using on = await serve(folder.path);
  const { id } = await on.submit(QUICK);
  const { attempts: _, ...run } = await on.finished(id);
  return run;
}

const post = (on: ServeProcess): Promise<Response> =>
  on.request('/runs?ruby=3.1.2', {
    method: 'POST',
    body: QUICK,
    headers: { ...AUTH, ...CACHE, 'Content-Type': 'text/x-ruby' },
  });

async function latencyOf(times: number, ask: () => Promise<Response>): Promise<string> {
  const took: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const began = performance.now();
    await (await ask()).arrayBuffer();
    took.push(performance.now() - began);
  }
  const sorted = took.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(times * 0.99)] ?? NaN;
  return `${median(took).toFixed(1)} ms median, ${p99.toFixed(1)} ms p99`;
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);
