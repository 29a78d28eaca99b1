import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import {
  EngineError,
  type CellSpec,
  type ContainerEnd,
  type PreparedImage,
  type RunningCell,
} from '../../engine/ports.ts';
import { engineMessage } from '../connection/engine-errors.ts';
import type { Instance } from '../identity.ts';
import { containerOptions, inputHead } from './container-options.ts';
import { findEnd } from './end.ts';
import type { EngineFeatures } from './hardening.ts';
import { LineQueue } from './line-queue.ts';
import { pump } from './pump.ts';
import { killContainer, removeContainer } from './remove.ts';
import { Tail } from './tail.ts';
import { startAttached } from './start-attached.ts';
import type { Watchdog } from './watchdog.ts';

/** Characters of lines that the reader may be behind by. */
const QUEUE_CHARACTERS = 4 * 1024 * 1024;
/** Most bytes that are kept of the supervisor's diagnostics. */
const STDERR_BYTES = 64 * 1024;

/** Context for starting a container. */
export interface StartContext {
  readonly docker: Docker;
  readonly instance: Instance;
  readonly features: EngineFeatures;
  readonly watchdog: Watchdog;
}

/**
 * Starts a cell's container and sends its input.
 * @throws {EngineError} when the engine refuses, and the signal's reason when it was aborted; nothing is left behind
 *   then
 */
export async function startCell(
  image: PreparedImage,
  spec: CellSpec,
  context: StartContext,
  signal: AbortSignal,
): Promise<RunningCell> {
  signal.throwIfAborted();
  const container = await create(image, spec, context);
  try {
    return await run(container, spec, context, signal);
  } catch (error) {
    await removeContainer(container);
    signal.throwIfAborted();
    throw new EngineError(`the engine could not start the container: ${engineMessage(error)}`, {
      cause: error,
    });
  }
}

async function create(
  image: PreparedImage,
  spec: CellSpec,
  { docker, instance, features }: StartContext,
): Promise<Docker.Container> {
  try {
    return await docker.createContainer(containerOptions(image, spec, instance, features));
  } catch (error) {
    throw new EngineError(`the engine refused the container: ${engineMessage(error)}`, { cause: error });
  }
}

async function run(
  container: Docker.Container,
  spec: CellSpec,
  { docker, watchdog, features }: StartContext,
  signal: AbortSignal,
): Promise<RunningCell> {
  const started = await startAttached(docker, container, true, signal);
  const { connection } = started;
  void sendInput(connection, spec, features);

  const lines = new LineQueue(QUEUE_CHARACTERS);
  const stderr = new Tail(STDERR_BYTES);
  const drained = pump(connection, lines, stderr);
  let killed = false;
  const kill = (): Promise<void> => {
    killed = true;
    return killContainer(container);
  };
  const output = {
    drained,
    stderr: () => stderr.text(),
    killed: () => killed,
    ownKernel: features.ownKernel,
  };
  const ended = findEnd(container, started, watchdog.watch(), output);
  void ended.then((end) => {
    // When the engine is lost, the lines never end by themselves.
    if (end.kind === 'engine-lost') connection.destroy();
  });
  return runningCell(container, connection, lines, ended, kill, signal);
}

/** Sends settings and input once the settings are known. */
async function sendInput(connection: Duplex, spec: CellSpec, features: EngineFeatures): Promise<void> {
  const head = inputHead(spec, await spec.env, features);
  if (connection.destroyed) return;
  connection.write(head);
  connection.write(spec.input);
}

function runningCell(
  container: Docker.Container,
  connection: Duplex,
  lines: LineQueue,
  ended: Promise<ContainerEnd>,
  kill: () => Promise<void>,
  signal: AbortSignal,
): RunningCell {
  const onAbort = (): void => void kill();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    lines,
    ended,
    kill,
    async [Symbol.asyncDispose](): Promise<void> {
      signal.removeEventListener('abort', onAbort);
      await kill();
      await ended;
      connection.destroy();
      lines.close();
      await removeContainer(container);
    },
  };
}
