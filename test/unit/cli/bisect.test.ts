import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import type { Repository } from '../../../src/engine/ports.ts';
import type { RegistryAnswer } from '../../../src/usecases/deps.ts';
import { hashOf, lineOf } from '../report/bisect/histories.ts';
import { leak, record } from '../report/records.ts';
import { scene, type Scene } from './deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-bisect-'));
});
afterEach(() => rm(folder, { recursive: true }));

const RUBYS: Repository = {
  path: '/ruby/.git',
  history: async () => ({ ok: true, value: lineOf(5) }),
  rubyVersions: async (hashes) => hashes.map(() => ({ major: 2, minor: 4, patch: 3 })),
  gemFolder: async () => null,
};

/** Whether a registry was asked. */
let asked = 0;

function stage(here: readonly string[] = []): Scene {
  asked = 0;
  const registry = async (): Promise<RegistryAnswer> => {
    asked += 1;
    return { ok: true };
  };
  const on = scene({
    engine: {
      registry,
      inventory: async (rubies) =>
        rubies.map(({ name }) => ({
          ruby: name,
          image: here.includes(name) ? `matrix:${name}` : null,
          source: null,
        })),
    },
    measure: async (_, parts) => {
      const run = record([leak('2.4.3')]);
      parts.emit({ type: 'done', run });
      return run;
    },
  });
  return {
    ...on,
    deps: { ...on.deps, openRepository: async () => ({ ok: true, value: RUBYS }) },
  };
}

const bisect = (on: Scene, ...args: readonly string[]): Promise<number> =>
  main(['bisect', '-e', '1', '--results', join(folder, 'results'), '--quiet', ...args], on.deps);

test('where every image is here no registry is asked', async () => {
  const here = stage(['2.3.6', '2.4.3']);
  expect(await bisect(here, '--ruby', '2.3.6,2.4.3')).toBe(0);
  expect(here.requests[0]).toMatchObject({ rubies: [{ name: '2.3.6' }, { name: '2.4.3' }], unavailable: [] });
  expect(asked).toBe(0);
  await bisect(stage(['2.3.6']), '--ruby', '2.3.6,2.4.3');
  expect(asked).toBe(1);
});

test('the commits of a repository reach the engine, a ruby for each', async () => {
  const on = stage();
  const ends = ['--source', './ruby', '--from', 'v1', '--to', 'v2'];
  expect(await bisect(on, '--commits', ...ends)).toBe(0);
  const [request] = on.requests;
  expect(request?.commits).toMatchObject({ gem: null, search: { source: './ruby', from: 'v1', to: 'v2' } });
  expect(request?.rubies).toHaveLength(5);
  expect(request?.rubies[2]?.sources).toEqual([
    { kind: 'commit', repository: '/ruby/.git', hash: hashOf(2), suite: 'bullseye' },
  ]);
  expect(request?.options.bisect).toBe(true);
});

test.each([
  [['--commits'], '--commits needs --source'],
  [['--from', 'v1'], '--from goes with --commits: add it'],
  [
    ['--commits', '--source', '.', '--from', 'a', '--to', 'b', '--image', 'app:1'],
    '--image brings a ruby and its gems, and --commits builds them',
  ],
  [
    ['--commits', '--source', '.', '--from', 'a', '--to', 'b', '--ruby', '2.4.3'],
    '--ruby names releases, and these commits are rubies themselves',
  ],
])('%j is refused', async (args, why) => {
  const on = stage();
  expect(await bisect(on, ...args)).toBe(2);
  expect(on.streams.err()).toContain(why);
});
