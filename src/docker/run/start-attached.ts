import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import pTimeout from 'p-timeout';

/** Time after which a wait counts as accepted, for engines that only answer when the container ends. */
const ACCEPTED_MS = 1000;

/** A container that runs. */
export interface Started {
  /** Its streams; with input it is a socket that takes its stdin. Errors are ignored: the end of the container decides. */
  readonly connection: Duplex;
  /** The exit code, or null when the connection broke before there was one. Never rejects. */
  readonly exitCode: Promise<number | null>;
}

const OUTPUT = { stream: true, stdout: true, stderr: true };
const WITH_INPUT = { ...OUTPUT, hijack: true, stdin: true };

/**
 * Starts a container: attach, wait, start, in this order, so that no output and no end is missed.
 * @throws errors of the engine, and the signal's reason on an abort; nothing is attached then
 */
export async function startAttached(
  docker: Docker,
  container: Docker.Container,
  hasInput: boolean,
  signal: AbortSignal,
): Promise<Started> {
  const connection = (await container.attach(hasInput ? WITH_INPUT : OUTPUT)) as Duplex;
  // An unhandled error would end this process.
  connection.on('error', () => {});
  const exit = waitForExit(docker, container.id);
  try {
    await exit.accepted;
    signal.throwIfAborted();
    await container.start();
    signal.throwIfAborted();
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return { connection, exitCode: exit.exitCode };
}

/** A wait for the end of a container that has not been started yet. */
interface PendingExit extends Pick<Started, 'exitCode'> {
  /** Settles when the engine has accepted the wait: only then may the container be started. */
  readonly accepted: Promise<void>;
}

/**
 * Waits for the next exit of a container. dockerode's own `wait` does not show when the engine has accepted it, and
 * the end of a faster container would be missed.
 */
function waitForExit(docker: Docker, containerId: string): PendingExit {
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    const request = {
      path: `/containers/${containerId}/wait?`,
      method: 'POST',
      isStream: true,
      statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      options: { _query: { condition: 'next-exit' }, _body: {} },
    };
    docker.modem.dial(request, (error, result) =>
      error ? reject(error) : resolve(result as IncomingMessage),
    );
  });
  return {
    accepted: pTimeout(
      response.then(() => {}),
      { milliseconds: ACCEPTED_MS, fallback: () => {} },
    ),
    exitCode: response.then(readExitCode).catch(() => null),
  };
}

async function readExitCode(response: IncomingMessage): Promise<number | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const code = (answer as { StatusCode?: unknown }).StatusCode;
  return typeof code === 'number' ? code : null;
}
