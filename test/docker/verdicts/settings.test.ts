import { beforeAll, expect, test } from 'vitest';
import { buildImages, createHarness, type Harness } from '../../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['2.7.4', '3.1.2', '3.3.8']);
  await buildImages(harness);
});

const run = (text: string, axes: Record<string, readonly string[]>, rubies = harness.rubies) =>
  harness.run({ script: { name: 'repro.rb', text }, options: { axes }, rubies });

const CLEAN = '1_000.times { |i| i.to_s }\n';

test('a compiler is on where it was requested, and said to be', async () => {
  const { cells, notes } = await run(`$stderr.puts RUBY_DESCRIPTION\n${CLEAN}`, { jit: ['off', 'yjit'] });
  const told = cells.map(({ id, outcome, verdict, environment }) => [
    id,
    outcome,
    verdict,
    environment?.description.includes('+YJIT'),
  ]);
  expect(told).toEqual([
    ['2.7.4', 'measured', 'clean', false],
    ['3.1.2', 'measured', 'clean', false],
    ['3.1.2+yjit', 'measured', 'clean', true],
    ['3.3.8', 'measured', 'clean', false],
    // Debian's was built without it: it only warns, and continues.
    ['3.3.8+yjit', 'setting-unavailable', null, false],
  ]);
  expect(notes).toEqual(['jit=yjit is left out on 2.7.4: it was added in 3.1']);
  expect(cells.at(-1)?.message).toMatch(/^jit=yjit was requested, but this ruby does not report it/);
  const yjit = cells.find(({ id }) => id === '3.1.2+yjit');
  expect(yjit?.message).toMatch(/MB are code of the JIT, which fills up to a limit/);
});

test('an architecture that this machine has not is not measured on another one', async () => {
  const [ruby] = harness.rubies;
  const { cells } = await run(CLEAN, { arch: ['amd64', 'arm64'] }, ruby === undefined ? [] : [ruby]);
  const [own, other] = process.arch === 'arm64' ? cells.toReversed() : cells;
  expect([own?.outcome, own?.verdict]).toEqual(['measured', 'clean']);
  expect([other?.outcome, other?.verdict]).toEqual(['setting-unavailable', null]);
  expect(other?.message).toMatch(
    /^arch=\w+ was requested, but this machine runs \w+: run it on such a machine/,
  );
});

test('a leak is one with every setting, and code of a compiler is none', async () => {
  const leak = '$kept = []\n1_000.times { $kept << Object.new }\n';
  // It has both compilers.
  const both = harness.rubies.filter(({ name }) => name === '3.1.2');
  const { cells } = await run(leak, { jit: ['off', 'yjit', 'mjit'], arenas: ['1', 'default'] }, both);
  expect(cells.filter(({ outcome }) => outcome === 'measured').length).toBeGreaterThanOrEqual(4);
  for (const { id, outcome, verdict, cause, message } of cells) {
    if (outcome === 'measured')
      expect([id, message, verdict, cause]).toEqual([id, message, 'leak', 'objects']);
  }
});

test('variables and options reach the script, and nothing else does', async () => {
  const text = `$stdout.sync = true\np ENV["COLOUR"], $VERBOSE, ENV.keys.grep(/MATRIX|MALLOC_ARENA/)\n${CLEAN}`;
  const { cells } = await run(text, {
    'env.COLOUR': ['red', 'blue'],
    'ruby-options': ['-W0'],
    arenas: ['default'],
  });
  const told = cells.filter(({ ruby }) => ruby === '3.3.8').map(({ id, output }) => [id, output]);
  expect(told).toEqual([
    ['3.3.8+arenas=default+ruby-options=-W0+env.COLOUR=red', '"red"\nnil\n[]\n'],
    ['3.3.8+arenas=default+ruby-options=-W0+env.COLOUR=blue', '"blue"\nnil\n[]\n'],
  ]);
});

test('an allocator counts where it was requested, and a leak is one with each', async () => {
  const leak = 'require "fiddle"\n1_000.times { Fiddle.malloc(64) }\n';
  const newest = harness.rubies.filter(({ name }) => name === '3.3.8');
  const { cells } = await run(leak, { allocator: ['default', 'jemalloc'] }, newest);
  const told = cells.map(({ id, verdict, cause, environment }) => [
    id,
    verdict,
    cause,
    environment?.allocator,
  ]);
  expect(told).toEqual([
    ['3.3.8', 'leak', 'native', 'glibc malloc'],
    ['3.3.8+jemalloc', 'leak', 'native', 'jemalloc'],
  ]);
  // What a block of 64 bytes takes: 80 with glibc's own, 64 with jemalloc.
  for (const { settings, growth } of cells)
    expect(growth?.malloc.perIteration).toBeCloseTo(settings.allocator === undefined ? 80 : 64, 0);
});

test('an option that a ruby does not know is reported in its own words', async () => {
  const { cells } = await run(CLEAN, {
    'ruby-options': ['--enable=frozen-string-literal', '--no-such-thing'],
  });
  for (const { id, outcome, message } of cells) {
    const unknown = id.includes('no-such-thing');
    expect([id, outcome]).toEqual([id, unknown ? 'setting-unavailable' : 'measured']);
    if (unknown)
      expect(message).toMatch(/did not start with --no-such-thing: .*invalid option --no-such-thing/);
  }
});

test('what cannot be chosen is refused before anything runs', async () => {
  await expect(run(CLEAN, { colour: ['red'] })).rejects.toThrow('colour cannot be set for a cell');
  await expect(run(CLEAN, { jit: ['mjit'], 'env.LD_PRELOAD': ['x'] })).rejects.toThrow(
    "the measurement's own",
  );
});
