import type { MeasureOptions } from '../../domain/run/options.ts';
import type { OtherScript } from '../../domain/run/script-variant.ts';
import type { Matrix } from '../../domain/ruby/ruby.ts';
import type { RunRequest } from '../plan/run-request.ts';

/** A request as it is stored: rubies by name, files as base64, options at the top level as in older releases. */
export interface StoredRequest extends MeasureOptions {
  readonly script: { readonly name: string; readonly text: string };
  /** Not in tickets of releases that compared no scripts. */
  readonly others?: readonly OtherScript[] | undefined;
  readonly files: readonly { readonly path: string; readonly base64: string }[];
  readonly args: readonly string[];
  readonly rubies: readonly string[];
  readonly notes: readonly string[];
}

/** What the service keeps of a run beside its record. */
export interface Ticket {
  /** Client whose turns in the queue it takes. */
  readonly client: string;
  /** Key that the client gave its request, and the hash of the request. */
  readonly idempotency: { readonly owner: string; readonly key: string; readonly hash: string } | null;
  /** Hash of everything that decides the answer, except the images. */
  readonly fingerprint: string;
  /** How often measuring was started: 1, and one more for every crash of the service during the run. */
  readonly attempts: number;
  /** Image that each cell ran in. */
  readonly images: Readonly<Record<string, string>>;
  /** Null when the run is finished: nothing has to be run again. */
  readonly request: StoredRequest | null;
  /** Files that were beside the script of a finished run, so that it can be the base of another. */
  readonly files?: StoredRequest['files'] | undefined;
}

/** The ticket of a running run: the request itself is on disk and in the plan. */
export type LiveTicket = Omit<Ticket, 'request'>;

/** Lists the files that were beside a script, as they are stored. */
export const filesIn = (ticket: Ticket | null): StoredRequest['files'] =>
  ticket?.request?.files ?? ticket?.files ?? [];

/** Takes the name of the token from the name of a client, `NAME@ADDRESS`. */
export const ownerOf = (client: string): string =>
  client.slice(0, Math.max(0, client.lastIndexOf('@'))) || client;

/** Decodes stored files. */
export const restoredFiles = (files: StoredRequest['files']): RunRequest['files'] =>
  files.map(({ path, base64 }) => ({ path, content: Buffer.from(base64, 'base64') }));

/** Turns a request into its stored form. */
export function storedRequest(request: RunRequest): StoredRequest {
  const { script, others = [], files, args, rubies, options, notes } = request;
  if (script === null) throw new TypeError('a run of the service is always a script');
  return {
    script,
    ...(others.length === 0 ? {} : { others }),
    files: files.map(({ path, content }) => ({ path, base64: Buffer.from(content).toString('base64') })),
    args,
    rubies: rubies.map((ruby) => ruby.name),
    ...options,
    notes,
  };
}

/** Restores a stored request; rubies that the matrix no longer has are left out. */
export function restoredRequest(stored: StoredRequest, matrix: Matrix): RunRequest {
  const { script, others = [], files, args, rubies, notes, ...options } = stored;
  const wanted = new Set(rubies);
  return {
    script,
    body: null,
    others,
    files: restoredFiles(files),
    args,
    rubies: matrix.rubies.filter((ruby) => wanted.has(ruby.name)),
    options,
    notes,
  };
}
