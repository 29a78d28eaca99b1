import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import { withComparisonRuby } from '../../../src/usecases/rubies/comparison-ruby.ts';
import { matrixOf } from '../domain/matrix-of.ts';
import { clean, leak, record } from '../report/records.ts';
import { scene, type Scene } from './deps.ts';

let folder: string;
let script: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-explain-'));
  script = join(folder, 'repro.rb');
  await writeFile(script, '# matrix: expect 2.4.3\nloop { $a << 1 }\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes a scene in which every ruby but 2.7.4 is available. */
function stage(): Scene {
  return scene({
    measure: async (request, parts) => {
      const run = record(request.rubies.map(({ name }) => (name === '2.3.6' ? leak(name) : clean(name))));
      await parts.store.saveRun(run);
      return run;
    },
    engine: {
      inventory: async (rubies) =>
        rubies.map(({ name }) => ({ ruby: name, image: name === '2.7.4' ? null : 'image', source: null })),
    },
  });
}

const matrix = (on: Scene, ...args: readonly string[]): Promise<number> =>
  main([...args, '--results', join(folder, 'results'), '--quiet'], on.deps);
const asked = ({ requests: [request] }: Scene) =>
  request && { explain: request.options.explain, rubies: request.rubies.map(({ name }) => name) };

it('matrix run names leaks when it is asked to', async () => {
  const [plain, named] = [stage(), stage()];
  await matrix(plain, 'run', script, '--ruby', '2.3.6,2.4.3');
  await matrix(named, 'run', script, '--ruby', '2.3.6', '--explain', '--expect', '2.3.6');
  expect(asked(plain)).toEqual({ explain: false, rubies: ['2.3.6', '2.4.3'] });
  expect(asked(named)).toEqual({ explain: true, rubies: ['2.3.6'] });
});

it('matrix explain joins a ruby that is here to one that is alone, and reports that', async () => {
  const on = stage();
  // Nothing is expected of it: 2.4.3, that the script expects to leak, is clean.
  expect(await matrix(on, 'explain', script, '--ruby', '2.3.6')).toBe(0);
  expect(asked(on)).toEqual({ explain: true, rubies: ['2.3.6', '2.4.3'] });
  expect(on.requests[0]?.notes).toEqual([
    '2.4.3 runs beside 2.3.6, to compare with if it is clean; a second --ruby names another.',
  ]);
});

it('matrix explain leaves several rubies as they were chosen', async () => {
  const on = stage();
  expect(await matrix(on, 'explain', script, '--ruby', '2.2.10,2.3.6')).toBe(0);
  expect(asked(on)).toEqual({ explain: true, rubies: ['2.2.10', '2.3.6'] });
  expect(on.requests[0]?.notes).toEqual([]);
});

it('matrix explain takes a body, and asks for one where there is nothing', async () => {
  const [body, nothing] = [stage(), stage()];
  expect(await matrix(body, 'explain', '-e', '$a << 1', '--setup', '$a = []', '--ruby', '2.2,2.3')).toBe(0);
  expect(body.requests[0]?.body).toEqual({ setup: '$a = []', body: '$a << 1' });
  expect(await matrix(nothing, 'explain')).toBe(2);
  expect(nothing.streams.err()).toContain('no script: matrix explain repro.rb, or matrix explain -e BODY');
});

const LISTED = matrixOf(['2.2.10', '2.3.6', '2.3.8', '2.4.3', '2.4.10', 'debug/2.4.10', '2.5.9', '3.4.4']);

it.each([
  ['2.3.6', ['2.2.10', '2.3.8', '2.4.3', '2.4.10', '2.5.9'], '2.4.10'],
  ['2.3.6', ['2.2.10', '2.3.8', '2.4.3', '2.5.9'], '2.4.3'],
  ['2.3.6', ['2.2.10', '2.3.8'], '2.3.8'],
  ['2.4.3', ['2.4.10', '2.5.9'], '2.4.10'],
  ['3.4.4', ['2.2.10', '2.5.9'], '2.5.9'],
  ['2.4.10', ['2.4.10', 'debug/2.4.10', '2.4.3'], '2.4.3'],
  ['2.3.6', ['2.3.6'], null],
])('the neighbour of %s among %j is %s', (name, here, expected) => {
  const alone = LISTED.rubies.filter((ruby) => ruby.name === name);
  const presence = here.map((ruby) => ({ ruby, image: 'image', source: null }));
  const { rubies, notes } = withComparisonRuby({ rubies: alone, notes: ['before'] }, LISTED, presence);
  expect(rubies.map((ruby) => ruby.name).filter((one) => one !== name)).toEqual(
    expected === null ? [] : [expected],
  );
  expect(notes).toEqual(['before', expect.stringContaining(expected ?? 'No other release is here')]);
});
