import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import pTimeout from 'p-timeout';

/** Time after which a wait counts as accepted, for engines that only answer when the container ends. */
const ACCEPTED_MS = 1000;

/** A wait for the end of a container that has not been started yet. */
export interface PendingExit {
  /** Settles when the engine has accepted the wait: only then may the container be started. */
  readonly accepted: Promise<void>;
  /** The exit code, or null when the connection broke before there was one. Never rejects. */
  readonly exitCode: Promise<number | null>;
}

/**
 * Waits for the next exit of a container. dockerode's own `wait` does not show when the engine has accepted it, and
 * the end of a faster container would be missed.
 */
export function waitForExit(docker: Docker, containerId: string): PendingExit {
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
