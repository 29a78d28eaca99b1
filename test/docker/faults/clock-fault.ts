import { glob, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUICK, resultsFolder, serve } from '../serve.ts';
import { need, until, type Fault } from './fault.ts';

/** The service's clock, and nobody else's, is set back by a day while a run is measured. */
export const clockFault: Fault = { name: 'the clock set back by a day in mid-run', run: setBack };

async function setBack(): Promise<string | { readonly skipped: string }> {
  const libraries = await Array.fromAsync(glob('/usr/lib/*/faketime/libfaketime.so.1'));
  const [library] = libraries;
  if (library === undefined) return { skipped: 'libfaketime is not here: apt-get install libfaketime' };
  const clock = await mkdtemp(join(tmpdir(), 'matrix-clock-'));
  const file = join(clock, 'offset');
  await writeFile(file, '+0');
  await using folder = await resultsFolder();
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    // A clock that is set back is that of the wall: the other one never goes back.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  try {
    await using on = await serve(folder.path, ['--jobs', '1'], env);
    const { id } = await on.submit(`sleep 3\n${QUICK}`);
    await until('it is measured', async () => (await on.run(id)).cells[0]?.state === 'measuring');
    await writeFile(file, '-1d');
    const run = await on.finished(id);
    need(run.cells[0]?.outcome === 'measured', `${run.cells[0]?.message}`);
    const seconds = run.cells[0]?.seconds ?? -1;
    need(seconds >= 0 && seconds < 120, `it took ${seconds} s`);
    const later = await on.submit(QUICK);
    need((await on.finished(later.id)).cells[0]?.outcome === 'measured', 'the next run is not measured');
    const listed = JSON.stringify(await (await on.request('/runs')).json());
    need(listed.includes(id) && listed.includes(later.id), 'a run is not listed');
    on.kill('SIGTERM');
    await on.exit;
    await using again = await serve(folder.path, [], env);
    need((await again.run(id)).state === 'done', 'the run is not there after a restart');
    return `measured in ${seconds.toFixed(1)} s; the next run too; both listed, also after a restart`;
  } finally {
    await rm(clock, { recursive: true });
  }
}
