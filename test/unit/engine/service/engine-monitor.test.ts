import { expect, test } from 'vitest';
import { EngineMonitor } from '../../../../src/engine/service/engine-monitor.ts';
import type { Containers } from '../../../../src/engine/ports.ts';

const IMAGE = { tag: 'matrix:x', base: 'ruby:x', digest: 'd', source: 'official', ruby: '/r' } as const;
const RUBY = { name: '3.4.1', version: [3, 4, 1], sources: [] } as never;
const NEVER = new AbortController().signal;
const LOG = { info: () => {}, warn: () => {}, error: () => {} };

test('a service has all of what its engine offers: images that are made, packages of Debian', async () => {
  const containers = {
    findPrepared: async () => IMAGE,
    rubyPackages: async () => new Set(['ruby-nokogiri']),
  } as unknown as Containers;
  const monitor = new EngineMonitor({
    connect: async () => ({ containers, ping: async () => {}, sweep: async () => {} }),
    log: LOG,
  });
  expect(await monitor.containers.findPrepared(RUBY, NEVER)).toBeNull();
  await monitor.check();
  expect(await monitor.containers.findPrepared(RUBY, NEVER)).toBe(IMAGE);
  expect(await monitor.containers.rubyPackages(IMAGE, NEVER)).toEqual(new Set(['ruby-nokogiri']));
  monitor.stop();
});
