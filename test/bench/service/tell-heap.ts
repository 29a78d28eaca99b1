import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

/**
 * Loaded into a service that is watched (`--import`, with `--expose-gc`): at SIGUSR2 it collects its garbage and
 * tells on stderr what stays, as one line of JSON, all in bytes.
 */
process.on('SIGUSR2', () => void tell());

async function tell(): Promise<void> {
  // What is finalised after one collection goes with the next.
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await sleep(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const kept = heapUsed + external + getHeapStatistics().malloced_memory;
  process.stderr.write(`${JSON.stringify({ rss, kept })}\n`);
}
