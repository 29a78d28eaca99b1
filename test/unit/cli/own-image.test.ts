import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import { configurationOf } from '../../../src/domain/cell/configuration.ts';
import type { AskedImage } from '../../../src/domain/ruby/own-image.ts';
import type { ResolvedImage } from '../../../src/engine/ports.ts';
import { leak, record } from '../report/records.ts';
import { scene, type Scene } from './deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-image-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ID = '9.9.9+image=app:1@0123456789ab';
const asked: AskedImage[] = [];
const unused = (): never => {
  throw new Error('not part of this scene');
};

function stage(answer?: ResolvedImage): Scene {
  asked.length = 0;
  const ruby = { name: '9.9.9', version: { major: 9, minor: 9, patch: 9 }, sources: [] };
  const cell = configurationOf(ruby, { image: 'app:1@0123456789ab' });
  const resolveImage = async (one: AskedImage): Promise<ResolvedImage> => {
    asked.push(one);
    return answer ?? { ok: true, value: cell };
  };
  return scene({
    engine: { containers: { prepare: unused, start: unused, withGems: unused, resolveImage } },
    measure: async (request, parts) => {
      const run = record([leak(ID)], { id: '20261123-071502-e-3f9a2c' });
      parts.emit({ type: 'done', run });
      return { ...run, options: { ...run.options, ...request.named } };
    },
  });
}
const run = (on: Scene, ...args: readonly string[]): Promise<number> =>
  main(['run', '-e', '1', '--results', join(folder, 'results'), '--quiet', ...args], on.deps);

test('an image alone is measured instead of rubies, and beside those that are named', async () => {
  const alone = stage();
  expect(await run(alone, '--image', 'app:1=/opt/ruby', '--workdir', '/srv')).toBe(0);
  expect(asked).toEqual([{ image: 'app:1', ruby: '/opt/ruby', workdir: '/srv' }]);
  expect(alone.requests[0]).toMatchObject({
    rubies: [],
    images: [{ id: ID }],
    named: { images: ['app:1=/opt/ruby'], workdir: '/srv' },
  });
  const beside = stage();
  expect(await run(beside, '--image', 'app:1', '--ruby', '2.3.6')).toBe(0);
  expect(beside.requests[0]).toMatchObject({ rubies: [{ name: '2.3.6' }], images: [{ id: ID }] });
});

test.each([ID, '9.9.9+image=app:1'])('what is expected of an image is said as %s', async (expected) => {
  expect(await run(stage(), '--image', 'app:1', '--expect', expected)).toBe(0);
  const other = stage();
  expect(await run(other, '--image', 'app:1', '--expect', '9.9.9+image=app:2')).toBe(2);
  expect(other.streams.err()).toContain('none of these rubies is in this run');
});

test.each([
  [['--image', 'app 1'], 'Give an image'],
  [['--image', 'app:1', '--workdir', 'app'], 'Give an absolute path in the image'],
  [['--workdir', '/app'], '--workdir is a directory of the image of --image'],
  [['--image', 'app:1', '--image', 'app:1=/r'], `${ID} is measured already`],
  [['--image', 'app:1', '--debian-package', 'ruby-oj'], "an image of one's own brings its gems"],
])('%j is refused', async (args, message) => {
  const on = stage();
  expect(await run(on, ...args)).toBe(2);
  expect(on.streams.err()).toContain(message);
  expect(on.requests).toEqual([]);
});

test('an image that cannot be measured ends the command, with the reason', async () => {
  const on = stage({ ok: false, message: '--image app:1: no ruby is on its PATH' });
  expect(await run(on, '--image', 'app:1')).toBe(3);
  expect(on.streams.err()).toContain('--image app:1: no ruby is on its PATH');
});
