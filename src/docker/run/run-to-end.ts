import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf } from '../../domain/message-of.ts';
import { Demux } from './demux.ts';
import { NO_NETWORK } from './hardening.ts';
import { killContainer, removeContainer } from './remove.ts';
import { Tail } from './tail.ts';
import { startAttached } from './start-attached.ts';

/** Most bytes that are kept of each stream. */
const KEPT_BYTES = 256 * 1024;

/** A program of an image that has ended. */
export interface CommandEnd {
  /** null: it was killed because its time was up. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunUse {
  readonly longestMs: number;
  readonly signal: AbortSignal;
  /** Called with the container before it starts. */
  readonly before?: (container: Docker.Container) => Promise<unknown>;
  /** Receives each piece of its output. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs a program in its own container to its end, and passes its output to `then` while the container still exists.
 * The container is always removed.
 * @throws errors of the engine, and the signal's reason on an abort
 */
export async function runToEnd<T>(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  { longestMs, signal, before, onOutput = () => {} }: RunUse,
  then: (ended: CommandEnd, container: Docker.Container) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const container = await docker.createContainer({
    ...options,
    ...(options.HostConfig?.NetworkMode === 'none' ? NO_NETWORK : {}),
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  });
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), longestMs).unref();
  const stop = AbortSignal.any([signal, timeUp.signal]);
  const kill = (): void => void killContainer(container);
  stop.addEventListener('abort', kill, { once: true });
  try {
    await before?.(container);
    const started = await startAttached(docker, container, false, signal);
    if (stop.aborted) kill();
    const [output, exitCode] = await Promise.all([gather(started.connection, onOutput), started.exitCode]);
    signal.throwIfAborted();
    return await then({ ...output, exitCode: timeUp.signal.aborted ? null : exitCode }, container);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', kill);
    await removeContainer(container);
  }
}

async function gather(
  stream: Readable,
  onOutput: (text: string) => void,
): Promise<Pick<CommandEnd, 'stdout' | 'stderr'>> {
  const demux = new Demux();
  const tails = { stdout: new Tail(KEPT_BYTES), stderr: new Tail(KEPT_BYTES) };
  try {
    for await (const chunk of stream) {
      for (const part of demux.push(chunk as Buffer)) {
        tails[part.stream].push(part.bytes);
        onOutput(Buffer.from(part.bytes).toString('utf8'));
      }
    }
  } catch (error) {
    tails.stderr.push(Buffer.from(`\n[output broke off: ${messageOf(error)}]`));
  }
  return { stdout: tails.stdout.text(), stderr: tails.stderr.text() };
}
