import { createHash, timingSafeEqual } from 'node:crypto';

/** A secret that lets its bearer write, and its name in logs and in the queue. */
export interface Token {
  readonly name: string;
  readonly secret: string;
}

/**
 * Finds the token of a secret; null where there is none. Takes the same time for any text, so that timing
 * reveals nothing.
 */
export function findToken(tokens: readonly Token[], given: string): Token | null {
  const digest = sha256(given);
  let found: Token | null = null;
  for (const token of tokens) if (timingSafeEqual(sha256(token.secret), digest)) found = token;
  return found;
}

/** Reads the token of an Authorization header: `abc` of `Bearer abc`; null for another scheme or none. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1] ?? null;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
