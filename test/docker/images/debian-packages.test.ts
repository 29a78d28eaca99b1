import { expect, test } from 'vitest';
import { rubiesWithPackages } from '../../../src/domain/ruby/debian-packages.ts';
import { LABELS, ownerOf } from '../../../src/docker/labels.ts';
import { inventory } from '../../../src/docker/housekeeping/inventory.ts';
import { createHarness, onlyCell, pathOf } from '../../harness.ts';

const harness = await createHarness(['3.1.2']);
const script = (text: string) => ({ script: { name: 'repro.rb', text } });

test('a script that needs a gem runs with the package of Debian that the advice named', async () => {
  const without = onlyCell(await harness.run(script("require 'oj'\n1000.times { Oj.dump([]) }\n")));
  expect(without.message).toContain('oj is a package of Debian: --debian-package ruby-oj');
  const run = await harness.run({
    ...script("require 'oj'\n100_000.times { Oj.dump([1]) }\n"),
    options: { debianPackages: ['ruby-oj'], budgetSeconds: 20 },
  });
  expect(onlyCell(run)).toMatchObject({
    verdict: 'clean',
    environment: { source: 'debian', image: 'debian:bookworm', packages: [{ name: 'ruby-oj' }] },
  });
  expect(onlyCell(run).environment?.packages[0]?.version).toMatch(/^\d+\.\d+/);
});

test('an image with packages is another one than that of the ruby alone', async () => {
  const added = rubiesWithPackages(harness.rubies, ['ruby-oj']);
  if (!added.ok) throw new Error(added.message);
  const [plain, rich] = await Promise.all(
    [harness.rubies, added.value].map((rubies) => inventory(harness.engine.docker, rubies, pathOf('images'))),
  );
  expect(plain?.[0]?.image).toMatch(/^matrix:3\.1\.2-/);
  expect(rich?.[0]?.image).toMatch(/^matrix:3\.1\.2-/);
  expect(rich?.[0]?.image).not.toBe(plain?.[0]?.image);
  expect(rich?.[0]?.source).toMatchObject({ packages: ['ruby-oj'] });
});

test('a base with packages is nobody’s: what is built on it is not taken for a left-over', async () => {
  const images = await harness.engine.docker.listImages({ filters: { label: [LABELS.packages] } });
  const bases = images.filter(
    ({ RepoTags, Labels }) =>
      RepoTags?.some((tag) => tag.startsWith('matrix-base:')) && Labels[LABELS.packages]?.includes('ruby-oj'),
  );
  const newest = bases.toSorted((a, b) => b.Created - a.Created)[0];
  expect(newest).toBeDefined();
  expect(ownerOf(newest?.Labels ?? {})).toBeNull();
});

test('a package that Debian does not have makes the ruby unavailable, with its name', async () => {
  const run = await harness.run({
    ...script('1000.times { }\n'),
    options: { debianPackages: ['ruby-no-such-thing'] },
  });
  expect(onlyCell(run)).toMatchObject({
    outcome: 'image-unavailable',
    message: expect.stringContaining('Debian bookworm has no package ruby-no-such-thing'),
  });
});
