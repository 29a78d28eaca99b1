import type { Done } from '../../../domain/result.ts';
import { engineMessage } from '../../connection/engine-errors.ts';
import { errorOf, progressMessages } from '../../progress-messages.ts';
import { describePullError } from './pull-errors.ts';
import { PullProgress } from './pull-progress.ts';
import type { SourceContext } from '../base/source-context.ts';

/** Time without a message after which a pull counts as hanging. */
const SILENCE_MS = 120_000;

type PullContext = Pick<SourceContext, 'docker' | 'arch' | 'registries' | 'progress' | 'signal'>;

/**
 * Pulls an image, with progress. A pull that fails is a value, with the reason and what to do; an abort
 * rejects with the signal's reason.
 * @param silenceMs a pull without a message for this long is abandoned
 */
export async function pullImage(
  reference: string,
  context: PullContext,
  silenceMs: number = SILENCE_MS,
): Promise<Done> {
  const { docker, registries, progress, signal } = context;
  progress(`pulling ${reference}`);
  const pulled = new PullProgress(reference);
  const failed = async (message: string): Promise<Done> => {
    const [answer, mirrors] = [await registries.ask(reference), await registries.mirrorsOf(reference)];
    const failure = { reference, message, received: pulled.received };
    return { ok: false, message: describePullError(failure, { answer, mirrors, arch: context.arch }) };
  };
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  const abortSignal = AbortSignal.any([signal, silence.signal]);
  try {
    const login = await registries.loginFor(reference);
    const options = { abortSignal, ...(login ? { authconfig: login } : {}) };
    const stream = await docker.pull(withTag(reference), options);
    for await (const message of progressMessages(stream)) {
      timer.refresh();
      const error = errorOf(message);
      if (error !== null) return await failed(error);
      const line = pulled.add(message);
      if (line !== null) progress(line);
    }
    return { ok: true };
  } catch (error) {
    signal.throwIfAborted();
    return await failed(
      silence.signal.aborted ? `nothing came for ${silenceMs / 1000} s` : engineMessage(error),
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Adds the tag `latest` where there is none: the engine would pull every tag of the repository. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? reference : `${reference}:latest`;
}
