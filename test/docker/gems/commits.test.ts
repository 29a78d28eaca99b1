import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openRepository } from '../../../src/git/open-repository.ts';
import { commitsToSearch } from '../../../src/usecases/rubies/searched-commits.ts';
import { createHarness } from '../../harness.ts';
import { leakyHistory } from '../../leaky-history.ts';

test('the commit of a gem that brought a leak is named, on a branch that was merged', async () => {
  const folder = await leakyHistory();
  onTestFinished(() => rm(folder, { recursive: true }));
  const { signal } = new AbortController();
  const opened = await openRepository(folder, { clonesFolder: folder, say: () => {}, signal });
  if (!opened.ok) throw new Error(opened.message);
  const harness = await createHarness(['3.1.2']);
  const range = { source: folder, from: 'v1', to: 'v2', firstParent: false };
  const request = { gems: ['leaky'], hasRubies: true };
  const { commits, gems } = await commitsToSearch(range, opened.value, request, harness.matrix);
  const run = await harness.run({
    script: { name: 'repro.rb', text: "require 'leaky'\n10_000.times { Leaky.parse('x' * 100) }\n" },
    commits,
    options: { gems, bisect: true },
  });
  expect(run.sentence).toMatch(
    /^On 3\.1\.2: A leak of 11\d bytes per iteration \(native\) was introduced by commit \w{12} \(2024-05-09, Ada: Parse without a look back\); it is still there in v2\.$/,
  );
  const [transition] = run.bisect?.findings[0]?.transitions ?? [];
  expect(transition).toMatchObject({ kind: 'introduced', series: 'v2', unknown: [] });
  expect(transition?.commits.map(({ subject }) => subject)).toEqual(['Parse without a look back']);
}, 240_000);
