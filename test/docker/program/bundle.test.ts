import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { buildImages, createHarness, pathOf } from '../../harness.ts';
import { QUICK, resultsFolder, serve } from '../serve.ts';

const execute = promisify(execFile);
const BUNDLE = pathOf('dist/bin/matrix.js');

test('what is published answers as the sources do, and its service finds its workers and its page', async () => {
  await execute('npm', ['run', '-s', 'build'], { cwd: pathOf('.') });
  await buildImages(await createHarness(['3.1.2']));
  await using results = await resultsFolder();
  const script = join(results.path, 'quick.rb');
  await writeFile(script, QUICK);
  const run = async (main: string): Promise<RunRecord> => {
    const asked = ['run', script, '--ruby', '3.1.2', '--format', 'json', '--results', results.path];
    const { stdout } = await execute(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      main,
      ...asked,
    ]);
    return JSON.parse(stdout) as RunRecord;
  };
  const first = await run(BUNDLE);
  expect(first.cells).toMatchObject([{ verdict: 'clean', from: null }]);
  // Only where the same sources measured is a cell the answer of a later run.
  const second = await run(pathOf('src/bin/matrix.ts'));
  expect(second.cells).toMatchObject([{ verdict: 'clean', from: { run: first.id } }]);

  await using service = await serve(results.path, [], {}, BUNDLE);
  const { id } = await service.submit(QUICK);
  expect((await service.finished(id)).cells).toMatchObject([{ verdict: 'clean' }]);
  expect(await (await service.request(`/runs/${id}`, { headers: { Accept: 'text/html' } })).text()).toContain(
    'clean',
  );
  expect((await service.request('/assets/live.js')).status).toBe(200);
});
