import { createHash } from 'node:crypto';
import type { CellJob } from '../cell-runner.ts';
import type { GemInstall } from '../ports.ts';
import type { Work } from './ports.ts';

/** A job whose packed files are named by their hashes. */
interface LightJob extends Omit<CellJob, 'input' | 'gems' | 'client'> {
  readonly input: string;
  readonly gems: (Omit<GemInstall, 'input'> & { readonly input: string }) | null;
}

/** Hashes of packed files, which the cells of a run share. */
const hashes = new WeakMap<Uint8Array, string>();

function hashOf(bytes: Uint8Array): string {
  const known = hashes.get(bytes);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(bytes).digest('hex');
  hashes.set(bytes, hash);
  return hash;
}

/** Lists the cells of a piece of work. */
export const jobsOf = (work: Work): readonly CellJob[] =>
  work.kind === 'measure'
    ? [work.job]
    : work.kind === 'explain'
      ? [work.job.cell]
      : work.job.cells.map(({ job }) => job);

/** Finds packed files of a piece of work by their hash; null: they are not part of it. */
export function filesOf(work: Work, hash: string): Uint8Array | null {
  const all = jobsOf(work).flatMap(({ input, gems }) => (gems === null ? [input] : [input, gems.input]));
  return all.find((bytes) => hashOf(bytes) === hash) ?? null;
}

/** What a worker gets: not who has sent it. */
const lightened = ({ client: _client, ...job }: CellJob): LightJob => ({
  ...job,
  input: hashOf(job.input),
  gems: job.gems === null ? null : { ...job.gems, input: hashOf(job.gems.input) },
});

/** A piece of work as it is sent. */
export type SentWork =
  | { readonly kind: 'measure'; readonly job: LightJob }
  | {
      readonly kind: 'explain';
      readonly job: Omit<Extract<Work, { kind: 'explain' }>['job'], 'cell'> & { readonly cell: LightJob };
    }
  | {
      readonly kind: 'repeat';
      readonly job: {
        readonly sideBySide: number;
        readonly cells: readonly {
          readonly job: LightJob;
          readonly measured: Extract<Work, { kind: 'repeat' }>['job']['cells'][number]['measured'];
        }[];
      };
    };

/** Encodes a piece of work; its packed files are fetched by their hashes. */
export function sentWork(work: Work): SentWork {
  if (work.kind === 'measure') return { kind: 'measure', job: lightened(work.job) };
  if (work.kind === 'explain')
    return { kind: 'explain', job: { ...work.job, cell: lightened(work.job.cell) } };
  const cells = work.job.cells.map(({ job, measured }) => ({ job: lightened(job), measured }));
  return { kind: 'repeat', job: { ...work.job, cells } };
}

/** A piece of work as a worker gets it; it brings its own watcher. */
export type ReceivedWork =
  | Pick<Extract<Work, { kind: 'measure' }>, 'kind' | 'job'>
  | Exclude<Work, { kind: 'measure' }>;

/** Restores a piece of work, and fetches its packed files. */
export async function receivedWork(
  sent: SentWork,
  fetchFiles: (hash: string) => Promise<Uint8Array>,
): Promise<ReceivedWork> {
  const whole = async (job: LightJob): Promise<CellJob> => ({
    ...job,
    input: await fetchFiles(job.input),
    gems: job.gems === null ? null : { ...job.gems, input: await fetchFiles(job.gems.input) },
  });
  if (sent.kind === 'measure') return { kind: 'measure', job: await whole(sent.job) };
  if (sent.kind === 'explain')
    return { kind: 'explain', job: { ...sent.job, cell: await whole(sent.job.cell) } };
  const cells = [];
  for (const { job, measured } of sent.job.cells) cells.push({ job: await whole(job), measured });
  return { kind: 'repeat', job: { ...sent.job, cells } };
}
