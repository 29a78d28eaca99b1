import { registryOf } from './registry.ts';

/** A registry that answers but refuses: what it requires, and what to do. */
export interface RegistryRefusal {
  readonly found: string;
  readonly remedy: string;
}

/** Docker Hub's message for too many pulls in too short a time. */
export const LIMIT_REACHED = /toomanyrequests|rate limit/i;

/** Explains why a registry refuses an image, and what to do now. */
export function registryRefusal(
  reference: string,
  message: string,
  mirrors: readonly string[],
): RegistryRefusal {
  const host = registryOf(reference);
  if (LIMIT_REACHED.test(message)) {
    return {
      found: `the registry's limit for pulls is reached (${shortened(message)})`,
      remedy: 'docker login raises it, or wait',
    };
  }
  if (mirrors.length === 0) {
    return {
      found: `${reference} does not exist or requires a login (${shortened(message)})`,
      remedy: `${host === 'docker.io' ? 'docker login' : `docker login ${host}`}, then run this again`,
    };
  }
  // The engine sends a mirror the login of Docker Hub, and no other.
  const mirror = mirrors[0]?.replace(/^https?:\/\//, '') ?? '';
  return {
    found:
      `${mirrorName(mirrors)} requires a login (${shortened(message)}), and an engine shows its mirrors none but ` +
      'that of Docker Hub',
    remedy:
      `either docker login ${mirror}, and name the image in matrix.yaml as ` +
      `${mirror}/${withLibrary(reference)}; or allow reading the mirror without a login`,
  };
}

export const refusalText = ({ found, remedy }: RegistryRefusal): string => `${found}: ${remedy}`;

/** Names the mirrors of the engine in a sentence. */
export function mirrorName(mirrors: readonly string[]): string {
  return `the engine's mirror ${mirrors.join(', ')}`;
}

function withLibrary(reference: string): string {
  return reference.includes('/') ? reference : `library/${reference}`;
}

/** Removes repetitions, as registries write them: `manifest unknown: manifest unknown`. */
export function shortened(message: string): string {
  return [...new Set(message.split(': '))].join(': ');
}
