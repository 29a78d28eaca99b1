import { beforeAll, expect, test } from 'vitest';
import { buildImages, createHarness, onlyCell, type Harness } from '../../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['3.3.8']);
  await buildImages(harness);
});

/** Threads that hold strings of many sizes for a moment, and rest when all jobs are done. */
const POOL = `jobs = Queue.new
16.times do
  Thread.new do
    while (size = jobs.pop)
      Array.new(200) { 'x' * size }.size
    end
  end
end
10.times do
  2_000.times { |i| jobs << 500 + (i % 7) * 3_000 }
  sleep 0.01 until jobs.empty?
end
`;

test('freed memory of many threads: what many arenas hold of it, and what two', async () => {
  const cell = onlyCell(await harness.run({ script: { name: 'repro.rb', text: POOL } }));
  expect([cell.message, cell.verdict]).toEqual([expect.anything(), 'clean']);
  const [many, two] = cell.resident?.compared ?? [];
  expect([many?.setting, two?.setting]).toEqual(['arenas=default', 'arenas=2']);
  expect(many?.arenas).toBeGreaterThan(2);
  expect(two?.arenas).toBe(2);
  // Seen: twice as much and more.
  expect(many?.heldBytes).toBeGreaterThan(1.2 * (two?.heldBytes ?? 0));
  expect(cell.loops.map(({ message }) => message).join()).toMatch(
    /not a leak: live bytes are flat; (more than )?\d+ MB .*of freed memory stay in \d+ arenas, \d+ MB with MALLOC_ARENA_MAX=2,/,
  );
});

test('of one thread only the allocator is compared: it has one arena', async () => {
  const text = '2_000.times { Array.new(2_000) { "x" * 9_500 }.size }\n';
  const cell = onlyCell(await harness.run({ script: { name: 'repro.rb', text } }));
  expect([cell.message, cell.verdict]).toEqual([expect.stringContaining('not a leak'), 'clean']);
  expect(cell.resident?.compared.map(({ setting }) => setting)).not.toContain('arenas=2');
});
