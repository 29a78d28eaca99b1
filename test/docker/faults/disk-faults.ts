import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnEngine, whyNoOwnEngine } from '../own-engine/own-engine.ts';
import { containersOf, QUICK, serve } from '../serve.ts';
import { smallDisk } from './small-disk.ts';
import { copyBase } from './engine-faults.ts';
import { need, until, type Fault } from './fault.ts';

const MAIN = fileURLToPath(new URL('../../../src/bin/matrix.ts', import.meta.url));
const NOT_PERMITTED = { skipped: 'a disk that can be filled is mounted, which is not permitted here' };

/** The disk fills while something is made or stored. */
export const diskFaults: readonly Fault[] = [
  { name: 'the disk full while a cell is stored', run: whileStored },
  { name: 'the disk full while an image is built', run: whileBuilt },
  { name: 'the disk full while a base is made', run: whileMade },
];

async function whileStored(): Promise<string | { readonly skipped: string }> {
  await using disk = await smallDisk();
  if (disk === null) return NOT_PERMITTED;
  await using on = await serve(disk.results, ['--jobs', '1']);
  const { id } = await on.submit(`sleep 3\n${QUICK}`);
  await until('a container runs', async () => (await containersOf(id)) === 1);
  await disk.fill();
  await until('it is said', () => /cannot be stored: retrying until the disk has room/.test(on.log()));
  need(/the disk is full; free some space/.test(on.log()), 'nothing says what to do');
  await disk.free();
  const run = await on.finished(id);
  need(run.cells[0]?.outcome === 'measured', `${run.cells[0]?.message}`);
  return 'it waits, says "free some space", and is stored when there is room';
}

async function whileBuilt(): Promise<string | { readonly skipped: string }> {
  const hindrance = await whyNoOwnEngine();
  if (hindrance !== null) return { skipped: hindrance };
  await using disk = await smallDisk(1000);
  if (disk === null) return NOT_PERMITTED;
  await using own = await startOwnEngine({ dataFolder: disk.results });
  await copyBase(await own.connect());
  await disk.fill();
  const refused = await matrix(['images', 'build', '--ruby', '3.1.2'], { DOCKER_HOST: own.host });
  need(refused.code !== 0 && /no room on the disk.*matrix images prune/s.test(refused.said), refused.said);
  await disk.free();
  const built = await matrix(['images', 'build', '--ruby', '3.1.2'], { DOCKER_HOST: own.host });
  need(built.code === 0, built.said);
  return 'refused with "no room on the disk"; built when there is room';
}

async function whileMade(): Promise<string | { readonly skipped: string }> {
  const hindrance = await whyNoOwnEngine();
  if (hindrance !== null) return { skipped: hindrance };
  await using scratch = await smallDisk(150);
  await using disk = await smallDisk(200);
  if (scratch === null || disk === null) return NOT_PERMITTED;
  const build = ['images', 'build', '--ruby', '3.1.2'];
  await using own = await startOwnEngine({ dataFolder: disk.results });
  const unmade = await matrix(build, { DOCKER_HOST: own.host, TMPDIR: scratch.results });
  need(unmade.code !== 0 && /no room on the disk.*TMPDIR/s.test(unmade.said), unmade.said);
  const unkept = await matrix(build, { DOCKER_HOST: own.host });
  need(
    unkept.code !== 0 && /no room on the disk of the engine: docker system df/.test(unkept.said),
    unkept.said,
  );
  return 'refused with "no room on the disk": which disk, and what to do';
}

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs one of our commands as a person types it. */
async function matrix(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const home = await mkdtemp(join(tmpdir(), 'matrix-home-'));
  const ended = Promise.withResolvers<Ended>();
  execFile(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, ...args],
    { env: { ...process.env, DOCKER_CONFIG: home, ...env }, maxBuffer: 2 ** 26 },
    (error, stdout, stderr) =>
      ended.resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
  );
  const result = await ended.promise;
  await rm(home, { recursive: true });
  return result;
}
