import { megabytes } from './pull-progress.ts';
import { LIMIT_REACHED, mirrorName, registryRefusal, refusalText, shortened } from './refusal.ts';
import type { RegistryReply } from './registry.ts';

/** A pull that failed. */
export interface FailedPull {
  readonly reference: string;
  /** The engine's message: with mirrors, about the last place it tried, which is rarely the one that matters. */
  readonly message: string;
  /** Bytes that were received, and the total of the layers whose size was known. */
  readonly received: { readonly bytes: number; readonly total: number };
}

/** Facts that were collected after a pull had failed. */
export interface PullFacts {
  readonly answer: RegistryReply;
  readonly mirrors: readonly string[];
  /** Architecture of the engine, in Debian's words. */
  readonly arch: string;
}

/** Explains why a pull failed, and what to do now. */
export function describePullError(failed: FailedPull, { answer, mirrors, arch }: PullFacts): string {
  const { reference, message, received } = failed;
  const known = describeKnownError(reference, message);
  if (known !== null) return known;
  if (answer.kind === 'refuses') return refusalText(registryRefusal(reference, answer.message, mirrors));
  if (answer.kind === 'lacks' || /manifest unknown|not found|does not exist/i.test(message)) {
    const answered = answer.kind === 'lacks' ? answer.message : message;
    const where = answer.kind === 'lacks' && mirrors.length > 0 ? mirrorName(mirrors) : 'the registry';
    return (
      `there is no image ${reference} in ${where} (${shortened(answered)}): ` +
      `correct its name in matrix.yaml, or load it with docker load`
    );
  }
  const foreign = answer.kind === 'has' ? foreignPlatforms(answer.platforms, arch) : null;
  if (foreign !== null) return describeForeign(reference, foreign, arch);
  const broke =
    received.bytes === 0
      ? ''
      : ` after ${megabytes(received.bytes)} MB` +
        (received.total > received.bytes ? ` of ${megabytes(received.total)} MB or more` : '');
  if (answer.kind === 'silent') {
    return `the pull of ${reference} was interrupted${broke}, and ${answer.reason}: run this again when it does`;
  }
  if (broke !== '' || /\bEOF\b|connection reset|timeout|broken pipe/i.test(message)) {
    return `the registry closed the connection while ${reference} was pulled${broke} (${shortened(message)}): run this again`;
  }
  return `${reference} could not be pulled: ${message}`;
}

/** Describes errors that the engine's message explains well enough; null for everything else. */
function describeKnownError(reference: string, message: string): string | null {
  if (/schema 1|manifest\.v1|Image Format v1|manifest version 2, schema 1/i.test(message)) {
    return (
      `${reference} was pushed in a form (manifest schema 1) that Docker 26 and later refuse. The image ` +
      'rubylang/all-ruby holds the same release: name it in matrix.yaml with ' +
      '"image: rubylang/all-ruby" and "ruby: /build-all-ruby/VERSION/bin/ruby"'
    );
  }
  if (/no space left/i.test(message)) {
    return `no room on the disk for ${reference}: docker system df shows what takes it, matrix images prune removes those of matrix`;
  }
  if (LIMIT_REACHED.test(message)) return refusalText(registryRefusal(reference, message, []));
  return null;
}

function describeForeign(reference: string, platforms: readonly string[], arch: string): string {
  const platform = platforms[0] ?? '';
  return (
    `${reference} exists for ${platforms.join(', ')} only, and this engine runs linux/${arch}. Where the engine ` +
    `can emulate ${platform} (matrix doctor says so), load it by hand, then it is used: ` +
    `docker pull --platform ${platform} ${reference}`
  );
}

/** Lists the platforms of an image when none of them is that of the engine; otherwise null. */
function foreignPlatforms(platforms: readonly string[], arch: string): readonly string[] | null {
  if (platforms.length === 0) return null;
  const fits = platforms.some((platform) => `${platform}/`.startsWith(`linux/${arch}/`));
  return fits ? null : platforms;
}
