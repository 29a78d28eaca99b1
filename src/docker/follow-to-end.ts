import type Docker from 'dockerode';
import type { Done } from '../domain/result.ts';
import { engineMessage } from './connection/engine-errors.ts';
import { PROJECT } from './labels.ts';
import { errorOf, progressMessages } from './progress-messages.ts';

/** Options of every build: the engine's classic builder, which leaves no containers of its own behind. */
export const CLASSIC_BUILDER = { version: '1', rm: true, forcerm: true } as const;

export interface OfflineBuild {
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Receives the output, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Builds an image without a network. A failure is a value; an abort rejects with the signal's reason.
 * @param context a tar with the Dockerfile and its files
 */
export function buildOffline(
  docker: Docker,
  context: NodeJS.ReadableStream,
  { tag, labels, onOutput }: OfflineBuild,
  signal: AbortSignal,
): Promise<Done> {
  const options = {
    t: tag,
    ...CLASSIC_BUILDER,
    networkmode: 'none',
    labels: { [PROJECT.key]: PROJECT.value, ...labels },
    abortSignal: signal,
  };
  return followToEnd(() => docker.buildImage(context, options), signal, onOutput);
}

/**
 * Follows a build or an import to its end. A failure is a value, with the engine's words as its message; an
 * abort rejects with the signal's reason.
 * @param start sends the request; the engine answers with a stream of messages
 * @param onOutput receives the output of a build, as it comes
 */
export async function followToEnd(
  start: () => Promise<AsyncIterable<unknown>>,
  signal: AbortSignal,
  onOutput: (text: string) => void = () => undefined,
): Promise<Done> {
  try {
    for await (const message of progressMessages(await start())) {
      if (message.stream) onOutput(message.stream);
      const error = errorOf(message);
      if (error !== null) return { ok: false, message: error };
    }
    return { ok: true };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, message: engineMessage(error) };
  }
}
