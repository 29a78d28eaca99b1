import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { containersOf, QUICK, resultsFolder, serve, type ServeProcess } from '../serve.ts';
import { smallDisk } from './small-disk.ts';
import { need, until, type Fault } from './fault.ts';

const SCRIPT = `sleep 3\n${QUICK}`;
const NOT_PERMITTED = { skipped: 'a disk of its own is mounted, which is not permitted here' };

/** The results folder is not what it was. */
export const folderFaults: readonly Fault[] = [
  { name: 'the results folder removed in mid-run', run: removed },
  { name: 'the results folder read-only in mid-run', run: readOnly },
  { name: 'the results folder on another file system than temporary files', run: elsewhere },
  { name: 'two services on one folder', run: twice },
];

async function measuring(on: ServeProcess): Promise<string> {
  const { id } = await on.submit(SCRIPT);
  await until('a container runs', async () => (await containersOf(id)) === 1);
  return id;
}

async function removed(): Promise<string> {
  await using folder = await resultsFolder();
  await using on = await serve(folder.path, ['--jobs', '1']);
  const old = await on.finished((await on.submit(QUICK)).id);
  const id = await measuring(on);
  await rm(folder.path, { recursive: true });
  const run = await on.finished(id);
  need(run.cells[0]?.outcome === 'measured', `${run.cells[0]?.message}`);
  const gone = await on.request(`/runs/${old.id}`);
  need(gone.status === 404 || gone.status === 410, `a run whose files are gone answers ${gone.status}`);
  need((await on.request('/runs')).status === 200, 'the list of runs does not answer');
  const next = await on.finished((await on.submit(QUICK)).id);
  need(next.cells[0]?.outcome === 'measured', 'the next run is not measured');
  await mkdir(folder.path, { recursive: true });
  const second = await serve(folder.path).then(
    async (other) => {
      await other[Symbol.asyncDispose]();
      return 'started';
    },
    (error: unknown) => String(error),
  );
  need(/is in use by a running service/.test(second), `a second service on the new folder: ${second}`);
  return 'the run and the next one are stored in a folder made anew; a run whose files are gone is 404';
}

async function readOnly(): Promise<string | { readonly skipped: string }> {
  await using disk = await smallDisk();
  if (disk === null) return NOT_PERMITTED;
  await using on = await serve(disk.results, ['--jobs', '1']);
  const old = await on.finished((await on.submit(QUICK)).id);
  const id = await measuring(on);
  await mount('--bind', disk.results, disk.results);
  await mount('-o', 'remount,ro,bind', disk.results);
  await until('it is said', () => /cannot be stored: retrying/.test(on.log()));
  need(
    /the file system is read-only; mount it writable/.test(on.log()),
    `nothing says what to do: ${on.log().slice(-600)}`,
  );
  const refused = await on.submit(QUICK).then(
    () => 'accepted',
    (error: unknown) => String(error),
  );
  need(/read-only; mount it writable/.test(refused), `a new run: ${refused}`);
  need((await on.run(old.id)).state === 'done', 'what was stored cannot be read');
  await promisify(execFile)('umount', ['--lazy', disk.results]);
  need((await on.finished(id)).cells[0]?.outcome === 'measured', 'it was not stored afterwards');
  return 'it waits, says "mount it writable", refuses new runs, and is stored when it can be';
}

/** Mounts the folder over itself, so that files which are open for writing don't keep it writable. */
async function mount(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('mount', args);
}

async function elsewhere(): Promise<string | { readonly skipped: string }> {
  await using disk = await smallDisk();
  if (disk === null) return NOT_PERMITTED;
  await using on = await serve(disk.results, ['--jobs', '1']);
  const run = await on.finished((await on.submit(QUICK)).id);
  need(run.cells[0]?.outcome === 'measured', `${run.cells[0]?.message}`);
  return 'no difference: files are renamed only within their folder';
}

async function twice(): Promise<string> {
  await using folder = await resultsFolder();
  await using on = await serve(folder.path, ['--jobs', '1']);
  const id = await measuring(on);
  const second = await serve(folder.path).then(
    async (other) => {
      await other[Symbol.asyncDispose]();
      return 'started';
    },
    (error: unknown) => String(error),
  );
  need(
    /is in use by a running service \(pid \d+ on .*\): stop it, or choose another --results/.test(second),
    second,
  );
  const run = await on.finished(id);
  need(run.cells[0]?.outcome === 'measured' && run.attempts === 1, `${run.cells[0]?.message}`);
  return 'the second ends at once and says whose it is; the run of the first is not disturbed';
}
