import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { extract } from 'tar-stream';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { RunService } from '../../../../src/engine/service/run-service.ts';
import { asked, FakeEngine, finished, idOf, memory, ruby22, ruby23, started } from './fake-engine.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const CONTENT = 'x'.repeat(100_000);

/** Submits a run with a large file; returns its id, and whether the file is still in memory. */
async function sent(service: RunService): Promise<{ readonly id: string; readonly isHeld: () => boolean }> {
  const content = Buffer.from(CONTENT);
  const held = new WeakRef(content);
  const { request } = asked('b', [ruby22, ruby23]);
  const files = [{ path: 'large.txt', content }];
  const id = await idOf(service.submit(asked('b', null, { request: { ...request, files } })));
  const isHeld = (): boolean => {
    collect();
    return held.deref() !== undefined;
  };
  return { id, isHeld };
}

async function filesOf(tar: Uint8Array): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for await (const entry of Readable.from([tar]).pipe(extract()))
    files[entry.header.name] = await text(entry);
  return files;
}

/** Makes an engine that records the inputs of its containers. */
function watchedEngine(): { readonly engine: FakeEngine; readonly inputs: Uint8Array[] } {
  const engine = new FakeEngine();
  const inputs: Uint8Array[] = [];
  const { start } = engine.containers;
  Object.assign(engine.containers, {
    start: ((image, spec, signal) => {
      inputs.push(spec.input);
      return start(image, spec, signal);
    }) satisfies typeof start,
  });
  return { engine, inputs };
}

test('a large file is not in memory while its run waits, and is there when its turn comes', async () => {
  const { engine, inputs } = watchedEngine();
  const service = await started(engine, memory());
  const first = await idOf(service.submit(asked('a', [ruby22])));
  await engine.holding(1);
  const { id, isHeld } = await sent(service);
  await expect.poll(isHeld).toBe(false);
  engine.free = true;
  engine.held.get(`${first}/2.2.10`)?.();
  await finished(service, id);
  const given = await Promise.all(inputs.map(filesOf));
  expect(given.map((files) => files['large.txt']?.length)).toEqual([undefined, 100_000, 100_000]);
  expect(given.map((files) => files['repro.rb'])).toEqual(Array(3).fill(given[0]?.['repro.rb']));
  await service.drain(0);
});

test('where it can no longer be read the cell says so', async () => {
  const { engine } = watchedEngine();
  const kept = memory();
  const service = await started(engine, kept);
  const first = await idOf(service.submit(asked('a', [ruby22])));
  await engine.holding(1);
  const { id } = await sent(service);
  kept.tickets.delete(id);
  engine.free = true;
  engine.held.get(`${first}/2.2.10`)?.();
  const run = await finished(service, id);
  expect(run.cells.map(({ outcome }) => outcome)).toEqual(['engine-error', 'engine-error']);
  expect(run.cells[0]?.message).toBe(
    `the script and the files of run ${id} can no longer be read (ticket.json in its folder): send it again`,
  );
  await service.drain(0);
});
