import type Docker from 'dockerode';
import { messageOf } from '../connection/explain.ts';
import { errorOf, progressMessages } from '../progress-messages.ts';

type Pulled = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A pull that says nothing for this long hangs. */
const SILENCE_MS = 120_000;

/** Pulls an image. A pull that fails is a value; an abort rejects with the signal's reason. */
export async function pullImage(docker: Docker, reference: string, signal: AbortSignal): Promise<Pulled> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const abortSignal = AbortSignal.any([signal, silence.signal]);
  try {
    const stream = await docker.pull(withTag(reference), { abortSignal });
    for await (const message of progressMessages(stream)) {
      timer.refresh();
      const error = errorOf(message);
      if (error !== null) return { ok: false, reason: explainPull(reference, error) };
    }
    return { ok: true };
  } catch (error) {
    signal.throwIfAborted();
    if (silence.signal.aborted) {
      return { ok: false, reason: `pulling ${reference} stood still for ${SILENCE_MS / 1000} s` };
    }
    return { ok: false, reason: explainPull(reference, messageOf(error)) };
  } finally {
    clearTimeout(timer);
  }
}

/** The reason a pull failed, and for what is known to happen, the way out. */
export function explainPull(reference: string, message: string): string {
  if (/schema 1|manifest\.v1|Image Format v1|manifest version 2, schema 1/i.test(message)) {
    return (
      `${reference} was pushed in a form (manifest schema 1) that Docker 26 and later refuse. The image ` +
      'rubylang/all-ruby holds the same release: name it in matrix.yaml with ' +
      '"image: rubylang/all-ruby" and "ruby: /build-all-ruby/VERSION/bin/ruby"'
    );
  }
  if (/no space left/i.test(message)) {
    return `no room on the disk for ${reference}: docker system df shows what takes it, matrix images prune frees ours`;
  }
  if (/toomanyrequests|rate limit/i.test(message)) {
    return `the registry's limit for pulls is reached: docker login raises it, or wait (${message})`;
  }
  if (/manifest unknown|not found|does not exist/i.test(message)) {
    return `there is no image ${reference} in the registry (${message})`;
  }
  return `${reference} could not be pulled: ${message}`;
}

/** Without a tag the engine would pull every tag of the repository. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? reference : `${reference}:latest`;
}
