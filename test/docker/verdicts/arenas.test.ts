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

test('freed memory of many threads: what one arena holds of it, and what many', async () => {
  const cell = onlyCell(await harness.run({ script: { name: 'repro.rb', text: POOL } }));
  expect([cell.message, cell.verdict]).toEqual([expect.anything(), 'clean']);
  const { oneBytes = 0, manyBytes = 0 } = cell.resident?.arenas ?? {};
  expect(oneBytes).toBeGreaterThan(4e6);
  // Seen: three times as much and more.
  expect(manyBytes).toBeGreaterThan(1.3 * oneBytes);
  expect(cell.loops.map(({ message }) => message).join()).toMatch(
    /up to \d+ MB with one arena .*, (up to|more than the) \d+ MB/,
  );
});

test('of one thread nothing is compared: it has one arena', async () => {
  const text = '2_000.times { |i| Array.new(2_000) { "x" * (500 + (i % 7) * 3_000) }.size }\n';
  const cell = onlyCell(await harness.run({ script: { name: 'repro.rb', text } }));
  expect([cell.message, cell.verdict, cell.resident?.arenas]).toEqual([
    expect.stringContaining('stays resident'),
    'clean',
    null,
  ]);
});
