import type { Engine } from '../../../src/docker/connection/connect.ts';
import { recipeOf } from '../../../src/docker/images/debian/recipe.ts';
import { startOwnEngine, whyNoOwnEngine, type OwnEngine } from '../own-engine/own-engine.ts';
import { QUICK, resultsFolder, serve, SLOW } from '../serve.ts';
import { DEBIAN, engine, prepared } from '../setup.ts';
import { need, until, type Fault } from './fault.ts';

interface Wrecking {
  readonly name: string;
  wreck(own: OwnEngine): Promise<void>;
  mend(own: OwnEngine): Promise<void>;
}

const WRECKINGS: readonly Wrecking[] = [
  {
    name: 'the engine killed in mid-run, started again later',
    wreck: (own) => own.signal('SIGKILL'),
    mend: (own) => own.restart(),
  },
  {
    name: 'the engine frozen in mid-run, going on later',
    wreck: (own) => own.signal('SIGSTOP'),
    mend: (own) => own.signal('SIGCONT'),
  },
  {
    name: 'the engine restarted in mid-run',
    wreck: (own) => own.signal('SIGTERM'),
    mend: (own) => own.restart(),
  },
];

/** A service with a separate engine, which fails in different ways while a run is measured. */
export const engineFaults: readonly Fault[] = WRECKINGS.map((wrecking) => ({
  name: wrecking.name,
  run: () => wreckedAndMended(wrecking),
}));

async function wreckedAndMended({ wreck, mend }: Wrecking): Promise<string | { readonly skipped: string }> {
  const hindrance = await whyNoOwnEngine();
  if (hindrance !== null) return { skipped: hindrance };
  await using own = await startOwnEngine();
  await copyBase(await own.connect());
  await using folder = await resultsFolder();
  await using on = await serve(folder.path, ['--jobs', '1'], { DOCKER_HOST: own.host });
  // Builds the image, so that it is measuring that is hit.
  await on.finished((await on.submit(QUICK)).id);
  const { id } = await on.submit(SLOW);
  await until('a container runs', async () => (await on.run(id)).cells[0]?.state === 'measuring');
  await wreck(own);
  let said = '';
  const noticed = await until('readiness is denied', async () => {
    const ready = await on.request('/readyz');
    said = await ready.text();
    return ready.status === 503;
  });
  need((await on.request('/healthz')).status === 200, 'the service itself is not healthy');
  need(/does not answer|Docker engine|no answer/.test(said), `readiness says no reason: ${said}`);
  const queued = await on.submit(QUICK);
  await mend(own);
  for (const run of [id, queued.id]) {
    const record = await on.finished(run);
    need(record.cells[0]?.outcome === 'measured', `${run}: ${record.cells[0]?.message}`);
  }
  const { docker } = await own.connect();
  const took = await until(
    'no container is left',
    async () => (await docker.listContainers({ all: true })).length === 0,
  );
  return `said after ${noticed.toFixed(1)} s; both runs measured afterwards; no container left after ${took.toFixed(1)} s`;
}

/** Copies the base of the tests' ruby from the shared engine. */
export async function copyBase(to: Engine): Promise<void> {
  await prepared(DEBIAN['bookworm']!);
  const image = await engine.docker.getImage(recipeOf('bookworm').tag).get();
  const loaded = await to.docker.loadImage(image);
  for await (const _ of loaded);
}
