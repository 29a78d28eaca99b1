import { expect, test } from 'vitest';
import { factsOf } from '../../../src/redis/check-redis.ts';

/** INFO as a Redis writes it. */
function info(fields: Readonly<Record<string, string>>): string {
  const usual = { redis_version: '7.0.15', maxmemory_policy: 'noeviction', aof_enabled: '1', ...fields };
  return `# Server\r\n${Object.entries(usual)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')}`;
}

test('a Redis that keeps everything is accepted', () => {
  expect(factsOf(info({}))).toEqual({ name: 'Redis 7.0.15', refusal: null, warnings: [] });
  expect(factsOf(info({ redis_version: '6.2.0' })).refusal).toBeNull();
});

test.each(['6.0.20', '5.0.14', '6.1'])('Redis %s is too old', (version) => {
  expect(factsOf(info({ redis_version: version })).refusal).toBe(
    `Redis ${version} is too old: 6.2 or later is needed`,
  );
});

test('one that may drop keys is refused, with the command that changes it', () => {
  expect(factsOf(info({ maxmemory_policy: 'allkeys-lru' })).refusal).toContain(
    'redis-cli config set maxmemory-policy noeviction',
  );
});

test('a Valkey is called so, and judged by the Redis that it is compatible with', () => {
  const facts = factsOf(info({ redis_version: '7.2.4', valkey_version: '8.0.1' }));
  expect(facts).toMatchObject({ name: 'Valkey 8.0.1', refusal: null });
});

test('without an append-only file there is a warning', () => {
  expect(factsOf(info({ aof_enabled: '0' })).warnings).toHaveLength(1);
});
