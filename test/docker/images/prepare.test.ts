import { appendFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createContainers } from '../../../src/docker/containers.ts';
import { recipeOf } from '../../../src/docker/images/debian/recipe.ts';
import { LABELS, ownFilter } from '../../../src/docker/labels.ts';
import type { PreparedImage } from '../../../src/engine/ports.ts';
import {
  DEBIAN,
  IMAGES_FOLDER,
  buildImage,
  buildShell,
  containers,
  engine,
  imagesCopy,
  linesOf,
  never,
  prepared,
  removeImage,
  ruby,
  spec,
} from '../setup.ts';

let bookworm: PreparedImage;
beforeAll(async () => {
  bookworm = await prepared(DEBIAN.bookworm!);
});

test.each(['bullseye', 'bookworm', 'trixie'])(
  'Debian %s has its ruby, and the parts run in it',
  async (suite) => {
    const wanted = DEBIAN[suite]!;
    const image = await prepared(wanted);
    expect(image).toMatchObject({ base: `debian:${suite}`, source: 'debian', ruby: '/usr/bin/ruby' });
    const tag = `matrix-test:version-${suite}`;
    await buildImage(
      tag,
      `FROM ${image.tag}\nCMD LD_PRELOAD=/opt/matrix/probe.so ruby -e 'puts RUBY_VERSION; puts Dir.pwd'\n`,
    );
    await using cell = await containers.start({ ...image, tag }, spec(''), never);
    expect(await linesOf(cell)).toEqual([wanted.name, '/home/matrix']);
    await cell[Symbol.asyncDispose]();
    await removeImage(tag);
  },
);

test('an allocator is added to an image from Debian alone, and what cannot be had is said', async () => {
  const tag = 'matrix-test:strange';
  await buildImage(
    tag,
    `FROM ${recipeOf('bookworm').tag}\nRUN sed -i s/^ID=.*/ID=strange/ /etc/os-release\n`,
  );
  onTestFinished(() => removeImage(tag));
  const strange = ruby('strange', { kind: 'image', image: tag, ruby: '/usr/bin/ruby' });
  expect(await containers.prepare({ ...strange, allocator: 'jemalloc' }, () => {}, never)).toMatchObject({
    kind: 'setting-unavailable',
    message: expect.stringContaining("only Debian's packages can be added"),
  });
});

test('the second time nothing is built', async () => {
  const before = await engine.docker.listImages({ all: true });
  const said: string[] = [];
  const started = performance.now();
  const again = await prepared(DEBIAN.bookworm!, (line) => said.push(line));
  expect(performance.now() - started).toBeLessThan(1000);
  expect(again).toEqual(bookworm);
  expect(said).toEqual([]);
  expect((await engine.docker.listImages({ all: true })).length).toBe(before.length);
});

test('two that want the same image at the same time share one build', async () => {
  await using copy = await imagesCopy();
  await appendFile(join(copy.folder, 'prelude/prelude.rb'), `# ${Date.now()}\n`);
  const ours = await createContainers({ engine, imagesFolder: copy.folder });
  const said: string[] = [];
  const tell = (line: string): void => void said.push(line);
  const wanted = DEBIAN.bookworm!;
  const both = await Promise.all([ours.prepare(wanted, tell, never), ours.prepare(wanted, () => {}, never)]);
  expect(both[0]).toEqual(both[1]);
  if (!both[0].ok) throw new Error(both[0].message);
  expect(both[0].value.tag).not.toBe(bookworm.tag);
  expect(said).toEqual(['building the image of ruby 3.1.2 from debian:bookworm']);
  const hash = (await engine.docker.getImage(both[0].value.tag).inspect()).Config.Labels[LABELS.content]!;
  const filters = ownFilter({ [LABELS.content]: hash });
  expect(await engine.docker.listImages({ filters })).toHaveLength(1);
  await removeImage(both[0].value.tag);
});

test('a build that fails shows the line that failed and what the compiler said', async () => {
  await using copy = await imagesCopy();
  const probe = join(copy.folder, 'probe/probe.c');
  await writeFile(probe, `${await readFile(probe, 'utf8')}\nint broken(void) { return missing_name; }\n`);
  const ours = await createContainers({ engine, imagesFolder: copy.folder });
  const result = await ours.prepare(DEBIAN.bookworm!, () => {}, never);
  expect(result).toMatchObject({ ok: false, kind: 'image-unavailable' });
  const message = result.ok ? '' : result.message;
  expect(message).toMatch(
    /ruby 3\.1\.2 could not be built from debian:bookworm: images\/Dockerfile:\d+: RUN /,
  );
  expect(message).toContain('exit code 1');
  expect(message).toMatch(/missing_name.* undeclared/);
});

test('an image that cannot be had is a value that names every source with its reason', async () => {
  const wanted = ruby(
    '0.0.1',
    { kind: 'official', image: 'ruby:0.0.1' },
    { kind: 'image', image: 'localhost:1/all-ruby:0', ruby: '/opt/ruby' },
  );
  const result = await containers.prepare(wanted, () => {}, never);
  expect(result).toMatchObject({ ok: false, kind: 'image-unavailable' });
  const message = result.ok ? '' : result.message;
  expect(message).toMatch(
    /no image for ruby 0\.0\.1:\n {2}ruby:0\.0\.1: .*\n {2}localhost:1\/all-ruby:0 \(\/opt\/ruby\): /,
  );
  expect(message).toMatch(/does not answer|no image ruby:0\.0\.1/);
});

test('a ruby that is not in its image is named with its path', async () => {
  const wanted = ruby('9.9.9', { kind: 'image', image: bookworm.tag, ruby: '/opt/none/bin/ruby' });
  const result = await containers.prepare(wanted, () => {}, never);
  expect(result).toMatchObject({ ok: false });
  expect(result.ok ? '' : result.message).toContain('there is no ruby at /opt/none/bin/ruby');
});

test('an image without a compiler gets its parts from another one, once', async () => {
  const base = 'matrix-test:no-compiler';
  const shell = 'matrix-test:no-compiler-shell';
  const removed = 'rm -f /usr/bin/gcc* /usr/bin/ps /opt/matrix/*';
  // A new base every time, so that no image of an earlier test serves.
  await buildImage(base, `FROM ${bookworm.tag}\nUSER root\nRUN ${removed}; echo ${Date.now()} > /made\n`);
  const wanted = ruby('no-compiler', { kind: 'image', image: base, ruby: '/usr/bin/ruby' });
  const said: string[] = [];
  const image = await prepared(wanted, (line) => said.push(line));
  onTestFinished(async () => {
    for (const tag of [shell, image.tag, base]) await removeImage(tag);
  });
  expect(said.some((line) => line.includes('has no C compiler: compiling in'))).toBe(true);
  expect(await prepared(wanted, (line) => said.push(`again ${line}`))).toEqual(image);
  expect(said.some((line) => line.startsWith('again'))).toBe(false);

  await buildShell(shell, image.tag);
  const code = 'ls /opt/matrix; ps -o rss= -p $$ | grep -xq "[0-9][0-9][0-9]*" && echo measured';
  await using cell = await containers.start({ ...image, tag: shell }, spec(code), never);
  const preludes = await readdir(join(IMAGES_FOLDER, 'prelude'));
  const parts = [...preludes, 'gems', 'probe.so', 'ps', 'supervisor', 'tracer.so'].toSorted();
  expect(await linesOf(cell)).toEqual([...parts, 'measured']);
});

test('an image that was built serves when its base is gone and cannot be had', async () => {
  const base = 'matrix-test:passing';
  await engine.docker.getImage(bookworm.tag).tag({ repo: 'matrix-test', tag: 'passing' });
  const wanted = ruby('passing', { kind: 'image', image: base, ruby: '/usr/bin/ruby' });
  const image = await prepared(wanted);
  await removeImage(base);
  expect(await prepared(wanted)).toEqual(image);
  await removeImage(image.tag);
});

test('an abort ends a build', async () => {
  await using copy = await imagesCopy();
  await appendFile(join(copy.folder, 'build.sh'), 'sleep 60\n');
  const ours = await createContainers({ engine, imagesFolder: copy.folder });
  const controller = new AbortController();
  const result = ours.prepare(DEBIAN.bookworm!, () => {}, controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 3000);
  const started = performance.now();
  await expect(result).rejects.toThrow('enough');
  expect(performance.now() - started).toBeLessThan(6000);
});
