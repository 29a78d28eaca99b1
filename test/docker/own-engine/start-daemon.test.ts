import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startByHand } from '../../../src/docker/bootstrap/start-by-hand.ts';
import { startOwnEngine, whyNoOwnEngine } from './own-engine.ts';

const hindrance = await whyNoOwnEngine();

test.skipIf(hindrance !== null)(
  'an engine is started at once after the one before was killed',
  async () => {
    await using own = await startOwnEngine();
    const logFile = join(tmpdir(), `matrix-start-${process.pid}.log`);
    const said: string[] = [];
    const answers = (): Promise<boolean> =>
      own.connect().then(
        () => true,
        () => false,
      );
    await own.signal('SIGKILL');
    const before = performance.now();
    const options = { log: (line: string) => void said.push(line), answers };
    const started = await startByHand(own.args, options, { pidFiles: own.pidFiles, logFile });
    expect(started).toEqual({ ok: true });
    // An engine that waits for a containerd which is gone ends after 15 seconds.
    expect(performance.now() - before).toBeLessThan(14_000);
    const pid = Number(await readFile(own.pidFiles[0]!.path, 'utf8'));
    process.kill(pid, 'SIGTERM');
    while (await answers()) await sleep(100);
    expect(said.at(-1)).toMatch(/^starting Docker by hand: dockerd --data-root/);
    await rm(logFile);
  },
  120_000,
);
