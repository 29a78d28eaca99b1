import { createHash, timingSafeEqual } from 'node:crypto';

/** A secret that lets its bearer write, and its name in logs and in the queue. */
export interface Token {
  readonly name: string;
  readonly secret: string;
}

/**
 * Returns the token whose secret was given; null for any other text. Takes the same time whichever it is, and for
 * none.
 */
export function findToken(tokens: readonly Token[], given: string): Token | null {
  const digest = sha256(given);
  let found: Token | null = null;
  for (const token of tokens) if (timingSafeEqual(sha256(token.secret), digest)) found = token;
  return found;
}

/** `Bearer abc` → `abc`; null for another scheme or none. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1] ?? null;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
