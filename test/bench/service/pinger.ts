import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// Writes the milliseconds of every answer. A separate process, so that what the bench sends does not delay it.
const [url = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const ping = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    get(`${url}/healthz`, { agent }, (answer) => {
      answer.resume().on('end', () => resolve(performance.now() - began));
    }).on('error', reject);
  });

for (;;) {
  process.stdout.write(`${(await ping()).toFixed(2)}\n`);
  await sleep(10);
}
