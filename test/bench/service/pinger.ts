import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// A process of its own, so that what the bench sends does not keep it: writes the milliseconds of every answer.
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
