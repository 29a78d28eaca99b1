import { defineConfig } from 'vitest/config';

/** Tests of containers that mostly wait. */
const SIDE_BY_SIDE = ['test/docker/faults/**/*.test.ts', 'test/docker/own-engine/**/*.test.ts'];
/**
 * Tests that look at all images of the engine or remove some, that keep all processors busy by themselves, or whose
 * threads have to run at the same time.
 */
const ALONE = [
  'test/docker/images/{bases,debian-packages,housekeeping,prepare}.test.ts',
  'test/docker/sandbox/sandbox.test.ts',
  'test/docker/verdicts/arenas.test.ts',
];

/**
 * Unit tests that put something else in the place of a module, which other files must not see, or that go through the
 * whole heap, where what other files left takes as long as what they look for.
 */
const ISOLATED = [
  'test/unit/engine/explain/run-matrix.test.ts',
  'test/unit/engine/service/{explain,leaves-nothing}.test.ts',
];

/** Images may have to be made before the first container starts. */
const CONTAINERS = { testTimeout: 120_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results.json' },
    globalSetup: ['test/temporary-folder.ts'],
    // Modules are loaded once per worker and not once per file, which takes as long as the tests of most files.
    isolate: false,
    // One group after the other: what measures must not share the processors with what only computes.
    projects: [
      // Room for a machine that is busy with containers; a test by itself takes milliseconds.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: ISOLATED,
          // By default it would be one less than there are processors.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'unit-isolated',
          include: ISOLATED,
          isolate: true,
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['test/docker/**/*.test.ts'],
          exclude: [...SIDE_BY_SIDE, ...ALONE],
          // A cell takes one processor at most, and no verdict is to depend on what runs beside it.
          maxWorkers: 2,
          sequence: { groupOrder: 5 },
          ...CONTAINERS,
        },
      },
      {
        test: {
          name: 'docker-alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
          ...CONTAINERS,
        },
      },
      {
        // What mostly waits, for something to fail or on an engine of its own.
        test: {
          name: 'docker-faults',
          include: SIDE_BY_SIDE,
          maxWorkers: 3,
          sequence: { groupOrder: 4 },
          ...CONTAINERS,
        },
      },
      {
        // The service without a socket and without an engine: runs are accepted and wait.
        test: {
          name: 'http',
          include: ['test/http/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Workers as processes, with a real Redis and simulated engines.
        test: {
          name: 'fleet',
          include: ['test/fleet/**/*.test.ts'],
          maxWorkers: 2,
          // Dozens of processes from the same sources: each starts in half the time.
          env: { NODE_COMPILE_CACHE: 'node_modules/.compile-cache' },
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Pages in a real browser.
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
