import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../domain/message-of.ts';
import type { CellRunner } from '../../engine/cell-runner.ts';
import type { ReceivedWork } from '../../engine/fleet/encode-work.ts';
import type { Found } from '../../engine/fleet/ports.ts';
import type { CellMemory } from '../../engine/ports.ts';
import { Progress } from './progress.ts';
import { resultLines } from './result-lines.ts';
import { RefusedError, type Server } from './server.ts';

/** Tries of taking what a note is about: a service that does not answer hands it out again. */
const MOST_TAKES = 5;
const RETRY_MS = 1_000;

/** Why an attempt ends early. */
export type Reason = 'void' | 'leaving';

export interface CarryOutParts {
  readonly server: Server;
  /** Id of this worker at the service. */
  readonly worker: string;
  /** Makes a runner that knows the cells that earlier runs have measured. */
  readonly runnerWith: (memory: CellMemory) => CellRunner;
  /** Checks the engine; false when it does not answer. */
  readonly checkEngine: () => Promise<boolean>;
  readonly freePlaces: () => number;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

/**
 * Does what an attempt is about, and sends what was found, or returns it to the service. Never rejects.
 * @param signal aborted with a Reason
 */
export async function carryOut(attempt: string, parts: CarryOutParts, signal: AbortSignal): Promise<void> {
  const { server, worker, log } = parts;
  try {
    const work = await taken(attempt, parts, signal);
    if (work === null) return;
    const began = performance.now();
    const found = await foundBy(work, attempt, parts, signal);
    const seconds = (performance.now() - began) / 1000;
    if (signal.aborted || (isOfEngine(found) && !(await parts.checkEngine()))) {
      if (signal.reason !== 'void') await server.giveBack(worker, attempt);
      return;
    }
    await deliver(attempt, found, parts, signal);
    log.info({ kind: work.kind, seconds }, 'a result was delivered');
  } catch (error) {
    const reason = messageOf(error);
    log.warn({ reason }, 'an attempt was left to the service');
  }
}

async function taken(
  attempt: string,
  { server, worker }: CarryOutParts,
  signal: AbortSignal,
): Promise<ReceivedWork | null> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      return await server.take(worker, attempt);
    } catch (error) {
      if (error instanceof RefusedError) return null;
      if (tries === MOST_TAKES) throw error;
      await sleep(RETRY_MS);
    }
  }
  return null;
}

async function foundBy(
  work: ReceivedWork,
  attempt: string,
  { server, worker, runnerWith, freePlaces }: CarryOutParts,
  signal: AbortSignal,
): Promise<Found> {
  const runner = runnerWith({
    find: (fingerprint) => server.known(worker, attempt, fingerprint).catch(() => null),
    // The service notes what it stores.
    note: async () => undefined,
    forget: async () => undefined,
  });
  try {
    if (work.kind === 'explain')
      return { kind: 'explain', explanation: await runner.explain(work.job, signal) };
    if (work.kind === 'repeat') {
      const job = { ...work.job, sideBySide: Math.min(work.job.sideBySide, 1 + freePlaces()) };
      return { kind: 'repeat', repeats: await runner.repeat(job, signal) };
    }
    await using progress = new Progress((lines) => server.progress(worker, attempt, lines));
    // The service knows the architecture.
    return { kind: 'measure', measured: await runner.measure(work.job, progress, signal), arch: '' };
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}

/** Tells whether an engine may be what failed. */
const isOfEngine = (found: Found): boolean =>
  (found.kind === 'measure' && found.measured.cell.outcome === 'engine-error') ||
  (found.kind === 'explain' && found.explanation.findings.length === 0) ||
  (found.kind === 'repeat' && found.repeats.some(([, { measured }]) => measured.length === 0));

/** Sends a result until the service has it, or does not want it. */
async function deliver(
  attempt: string,
  found: Found,
  { server, worker, log }: CarryOutParts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await server.result(worker, attempt, resultLines(found));
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      const reason = messageOf(error);
      log.warn({ reason }, 'a result could not be sent; it is sent again');
      await sleep(RETRY_MS);
    }
  }
}
