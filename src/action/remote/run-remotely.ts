import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunEvent } from '../../domain/run/event.ts';
import type { NamedOptions } from '../../domain/run/options.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { parseEvent } from '../../protocol/schemas/event-schema.ts';
import { runRecordSchema } from '../../protocol/schemas/record-schema.ts';
import { ask, ServiceError, type Service } from './service.ts';

export interface RemoteRequest {
  readonly name: string;
  readonly text: string;
  /** Scripts that it is compared with. */
  readonly others: readonly { readonly name: string; readonly script: string }[];
  /** Text files beside the script: path to content. */
  readonly files: Readonly<Record<string, string>>;
  /** Selectors; empty: the default set of the service. */
  readonly rubies: readonly string[];
  /** Options that are missing are decided by the script, then by the service. */
  readonly options: NamedOptions;
}

export interface RemoteRun {
  readonly run: RunRecord;
  readonly html: string;
}

const BETWEEN_LOOKS_MS = 2000;

/**
 * Measures a script on the service, and waits for the end. `report` gets every event, as sent. An abort cancels the
 * run there.
 * @throws {ServiceError}
 */
export async function runRemotely(
  service: Service,
  request: RemoteRequest,
  report: (event: RunEvent) => void,
): Promise<RemoteRun> {
  const { name, text: script, others, files, rubies } = request;
  const { explain, bisect, loopLine, ...more } = request.options;
  const options = withoutUndefined({ ...more, loop: loopLine ?? undefined });
  const json = {
    script,
    name,
    ...(others.length === 0 ? {} : { others }),
    ...(Object.keys(files).length === 0 ? {} : { files }),
    ...(rubies.length === 0 ? {} : { rubies }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    // A service of an earlier release knows no such field.
    ...(explain === true ? { explain } : {}),
    ...(bisect === true ? { bisect } : {}),
  };
  const headers = { 'idempotency-key': randomUUID() };
  let run = await record(await ask(service, { method: 'POST', path: 'runs', json, headers }));
  const path = `runs/${encodeURIComponent(run.id)}`;
  try {
    while (run.state === 'queued' || run.state === 'running') {
      for await (const event of eventsOf(service, `${path}/events`)) report(event);
      run = await record(await ask(service, { path }));
      if (run.finishedAt === null) await pause(BETWEEN_LOOKS_MS, undefined, { signal: service.signal });
    }
  } catch (error) {
    if (service.signal.aborted) await cancel(service, path);
    throw error;
  }
  const page = await ask(service, { path: `${path}/report.html`, accept: 'text/html' });
  return { run, html: await page.text() };
}

const withoutUndefined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/**
 * Yields events until the stream ends; a broken stream is no error, since the record shows the state of the
 * run.
 */
async function* eventsOf(service: Service, path: string): AsyncGenerator<RunEvent> {
  const response = await ask(service, { path, accept: 'application/x-ndjson' });
  if (response.body === null) return;
  try {
    for await (const line of createInterface({ input: Readable.fromWeb(response.body) })) {
      const event = parseEvent(line);
      if (event !== null) yield event;
    }
  } catch {
    service.signal.throwIfAborted();
  }
}

async function record(response: Response): Promise<RunRecord> {
  const parsed = runRecordSchema.safeParse(await response.json().catch(() => null));
  if (parsed.success) return parsed.data;
  throw new ServiceError(
    `${response.url} is not a matrix service, or is one of a release that does not fit`,
    response.status,
  );
}

async function cancel(service: Service, path: string): Promise<void> {
  const patience = { ...service, signal: AbortSignal.timeout(5000) };
  await ask(patience, { method: 'DELETE', path }).catch(() => undefined);
}
