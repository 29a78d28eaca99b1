import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Configuration } from '../../../src/domain/cell/configuration.ts';
import type { AskedImage } from '../../../src/domain/ruby/own-image.ts';
import { tagWithPackages } from '../../../src/docker/images/debian/recipe.ts';
import { createHarness, onlyCell } from '../../harness.ts';
import { DEBIAN, buildImage, containers, never, prepared, removeImage } from '../setup.ts';

const harness = await createHarness(['3.1.2']);
const TAG = 'matrix-test:own';
const BASE = tagWithPackages('bookworm', []);
const APP = `FROM ${BASE}
RUN useradd --uid 1234 app && mkdir -p /app/tmp /app/lib /srv && chown app /app/tmp && \\
    echo 'module Greeting; def self.hello; ENV["GREETING"]; end; end' > /app/lib/greeting.rb
ENV GREETING=hello LANG=en_US.UTF-8
VOLUME /app/kept
HEALTHCHECK CMD touch /tmp/checked
WORKDIR /app
USER app
ENTRYPOINT ["false"]
`;

beforeAll(async () => {
  await prepared(DEBIAN.bookworm!);
  await buildImage(TAG, APP);
});
afterAll(() => removeImage(TAG));

const resolve = (more: Partial<AskedImage> = {}) =>
  containers.resolveImage!({ image: TAG, ruby: null, workdir: null, ...more }, () => {}, never);
async function cell(more: Partial<AskedImage> = {}): Promise<Configuration> {
  const found = await resolve(more);
  if (!found.ok) throw new Error(found.message);
  return found.value;
}
const run = async (text: string, image: Configuration) =>
  onlyCell(
    await harness.run({
      script: { name: 'repro.rb', text },
      rubies: [],
      images: [image],
      options: { budgetSeconds: 10 },
    }),
  );

test('a script has the image’s files, environment, user and working directory, and writes only where it may', async () => {
  const text = `require './lib/greeting'
puts [Dir.pwd, Process.uid, Greeting.hello, ENV['LANG'], File.exist?('/tmp/checked')].join(' ')
%w[lib/x tmp/x kept/x].each { |path| begin; File.write(path, 'x'); puts path; rescue SystemCallError => e; puts e.class; end }
puts ENV.keys.grep(/MATRIX/).inspect
200_000.times { Greeting.hello }
`;
  const image = await cell();
  const measured = await run(text, image);
  expect(measured).toMatchObject({
    verdict: 'clean',
    id: image.id,
    settings: { image: image.settings.image },
  });
  expect(image.id).toMatch(/^3\.1\.2\+image=matrix-test:own@[0-9a-f]{12}$/);
  expect(measured.output).toBe('/app 1234 hello en_US.UTF-8 false\nErrno::EROFS\ntmp/x\nkept/x\n[]\n');
  const { environment } = measured;
  expect(environment).toMatchObject({ image: TAG, source: 'image', workdir: '/app' });
  expect(environment?.digest).toContain(image.settings.image?.split('@')[1]);
});

test('an error names the line of the script, though it runs elsewhere than it lies', async () => {
  expect(await run("# first\nrequire './lib/none'\n1000.times { }\n", await cell())).toMatchObject({
    outcome: 'script-error',
    line: 2,
  });
});

test('--workdir is another directory of the image; one that its user cannot enter is reported', async () => {
  const image = await cell({ workdir: '/srv' });
  expect((await run('puts Dir.pwd\n1000.times { }\n', image)).output).toBe('/srv\n');
  expect(await resolve({ workdir: '/root' })).toMatchObject({
    ok: false,
    message: `--image ${TAG}: its user cannot enter /root: name a working directory with --workdir DIR`,
  });
});

test('an image of root’s, which names no directory, runs as nobody’s user where scripts run', async () => {
  const tag = 'matrix-test:own-root';
  await buildImage(tag, `FROM ${BASE}\nUSER root\n`);
  const image = await cell({ image: tag });
  const text = 'puts Process.uid, Process.gid, Dir.pwd\n1000.times { }\n';
  expect((await run(text, image)).output).toMatch(/^10001\n10001\n\/home\/matrix\/work\//);
  await removeImage(tag);
});

test('a ruby is looked for where it is said to be', async () => {
  expect(await resolve({ ruby: '/bin/ls' })).toMatchObject({
    message: expect.stringContaining('/bin/ls is not a ruby that its user can run'),
  });
  const tag = 'matrix-test:own-none';
  await buildImage(tag, `FROM ${BASE}\nENV PATH=/bin\nRUN rm -f /usr/bin/ruby*\n`);
  expect(await resolve({ image: tag })).toMatchObject({
    message: `--image ${tag}: no ruby is on its PATH: name the path, --image ${tag}=/path/of/ruby`,
  });
  await removeImage(tag);
});

test('a tag that moved since it was looked at is measured as it was, or not at all', async () => {
  const [before, tag] = [await cell(), 'matrix-test:own-moved'];
  await buildImage(TAG, `${APP}LABEL moved=1\n`);
  expect((await cell()).id).not.toBe(before.id);
  // Its image was built in the tests above.
  expect((await run('1000.times { }\n', before)).environment?.digest).toContain(
    before.settings.image?.split('@')[1],
  );
  await buildImage(tag, `FROM ${BASE}\nLABEL moved=1\n`);
  const unbuilt = await cell({ image: tag });
  await buildImage(tag, `FROM ${BASE}\nLABEL moved=2\n`);
  expect(await run('1000.times { }\n', unbuilt)).toMatchObject({
    outcome: 'image-unavailable',
    message: expect.stringContaining('the image has changed since the run began'),
  });
  await removeImage(tag);
});
