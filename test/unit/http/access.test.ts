import { expect, test } from 'vitest';
import { newSession, SESSION_SECONDS, sessionToken } from '../../../src/http/access/session.ts';
import { TokenBuckets } from '../../../src/http/access/token-bucket.ts';
import { bearerOf, findToken } from '../../../src/http/access/tokens.ts';

const ALICE = { name: 'alice', secret: 'secret-of-alice' };
const BOB = { name: 'bob', secret: 'secret-of-bob' };

test('a token is found by its whole secret', () => {
  expect(findToken([ALICE, BOB], 'secret-of-bob')).toBe(BOB);
  for (const wrong of ['', 'secret-of-bo', 'secret-of-bob ', 'SECRET-OF-BOB']) {
    expect(findToken([ALICE, BOB], wrong)).toBeNull();
  }
  expect([
    bearerOf('Bearer abc'),
    bearerOf('bearer  abc '),
    bearerOf('Basic abc'),
    bearerOf(undefined),
  ]).toEqual(['abc', 'abc', null, null]);
});

test('a session stands for its token until it is over or the token is changed', () => {
  const cookie = newSession(BOB, 1000);
  expect(sessionToken([ALICE, BOB], cookie, 2000)).toBe(BOB);
  expect(sessionToken([ALICE, BOB], cookie, 1000 + SESSION_SECONDS * 1000)).toBeNull();
  expect(sessionToken([ALICE, { ...BOB, secret: 'new' }], cookie, 2000)).toBeNull();
  const [, nonce, signature] = cookie.split('.');
  expect(sessionToken([BOB], `9999999999999.${nonce}.${signature}`, 2000)).toBeNull();
  for (const odd of ['', '..', `${cookie}.x`, 'NaN.a.b']) expect(sessionToken([BOB], odd, 0)).toBeNull();
});

test('a bucket lets through a burst, then a steady rate, for each key its own', () => {
  const buckets = new TokenBuckets(60);
  const burst = Array.from({ length: 60 }, () => buckets.take('a', 0));
  expect(burst.every((wait) => wait === 0)).toBe(true);
  expect(buckets.take('a', 0)).toBe(1);
  expect(buckets.take('b', 0)).toBe(0);
  expect([buckets.take('a', 1000), buckets.take('a', 1000)]).toEqual([0, 1]);
  for (let index = 0; index < 20_000; index += 1) buckets.take(`key ${index}`, 2000);
  expect(buckets.take('a', 2000)).toBe(0);
});
