import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../../src/docker/connection/connect.ts';
import { createContainers } from '../../../src/docker/containers.ts';
import { emulatedArchs, type Whereabouts } from '../../../src/docker/housekeeping/emulation.ts';
import { findImage } from '../../../src/docker/images/base/find-image.ts';
import { pullImage } from '../../../src/docker/images/pull/pull.ts';
import { errorOf, progressMessages } from '../../../src/docker/progress-messages.ts';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import type { Ruby } from '../../../src/domain/ruby/ruby.ts';
import { Front, LOGIN, startRegistry, type TestRegistry } from './a-registry.ts';
import { startOwnEngine, whyNoOwnEngine, type OwnEngine } from './own-engine.ts';
import { armSystem, filler, pushArmList, pushImage, pushSchema1, type Pushed } from './pushed-images.ts';
import { DEBIAN, IMAGES_FOLDER, buildImage, engine, never, prepared, removeImage, ruby } from '../setup.ts';

const MAIN = fileURLToPath(new URL('../../../src/bin/matrix.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/tracepoint.rb', import.meta.url));

const hindrance = await whyNoOwnEngine();
const parts = new AsyncDisposableStack();
let [open, closed]: TestRegistry[] = [];
let front: Front;
let own: OwnEngine;
let client: Engine;
let tiny: Pushed;

beforeAll(async () => {
  if (hindrance !== null) return;
  const store = await mkdtemp(join(tmpdir(), 'matrix-store-'));
  parts.defer(() => rm(store, { recursive: true }));
  open = parts.use(await startRegistry(store));
  closed = parts.use(await startRegistry(store, true));
  front = parts.use(await Front.before(open));
  own = parts.use(
    await startOwnEngine({ args: ['--registry-mirror', front.url, '--max-download-attempts', '2'] }),
  );
  client = await own.connect();
  tiny = await pushImage(open, 'tiny', client.arch, [filler(0.1)]);
});
afterAll(() => parts.disposeAsync());
beforeEach(({ skip }) => {
  if (hindrance !== null) skip(hindrance);
  front.upstream = open!;
  front.mend();
  front.requests.length = 0;
});

const official = (tag: string): Ruby => ruby(tag, { kind: 'official', image: `ruby:${tag}` });

/**
 * Prepares an image that is unavailable, as a separate process would; returns the message and the progress.
 */
async function refused(wanted: Ruby, configFolder?: string): Promise<{ message: string; said: string[] }> {
  const connected = await own.connect(configFolder);
  const containers = await createContainers({ engine: connected, imagesFolder: IMAGES_FOLDER });
  const said: string[] = [];
  const result = await containers.prepare(wanted, (line) => said.push(line), never);
  if (result.ok) throw new Error(`${wanted.name} was prepared`);
  expect(result.kind).toBe('image-unavailable');
  return { message: result.message, said };
}

/** Reads what `matrix doctor` prints about the engine. */
async function doctorSays(configFolder: string = '/nowhere'): Promise<string> {
  const results = await mkdtemp(join(tmpdir(), 'matrix-results-'));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'doctor', '--results', results],
    { env: { ...process.env, DOCKER_HOST: own.host, DOCKER_CONFIG: configFolder } },
  );
  await rm(results, { recursive: true });
  return stdout;
}

/** Runs `matrix run` on the engine, as a person types it. */
async function matrixRun(): Promise<{ record: RunRecord; said: string }> {
  const results = await mkdtemp(join(tmpdir(), 'matrix-results-'));
  const args = [
    'run',
    EXAMPLE,
    '--ruby',
    '2.7.4',
    '--format',
    'json',
    '--fail-on',
    'never',
    '--results',
    results,
  ];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, ...args],
    { env: { ...process.env, DOCKER_HOST: own.host, DOCKER_CONFIG: results }, maxBuffer: 2 ** 26 },
  );
  await rm(results, { recursive: true });
  return { record: JSON.parse(stdout) as RunRecord, said: stderr };
}

test(
  'ruby:2.7.4 is pulled as on any machine, with its progress and its digest; the second run pulls nothing',
  { timeout: 400_000 },
  async () => {
    const image = await prepared(DEBIAN['bullseye']!);
    const repo = `127.0.0.1:${open!.port}/library/ruby`;
    onTestFinished(() => removeImage(`${repo}:2.7.4`));
    // What makes an official image of it: the ruby is in /usr/local.
    await buildImage(
      `${repo}:2.7.4`,
      `FROM ${image.tag}\nUSER root\nRUN ln -s /usr/bin/ruby /usr/local/bin/ruby\n`,
    );
    const pushed = await engine.docker.getImage(`${repo}:2.7.4`).push({ authconfig: {} });
    for await (const message of progressMessages(pushed)) expect(errorOf(message)).toBe(null);
    const { digest } = (await findImage(engine.docker, `${repo}:2.7.4`))!;

    const first = await matrixRun();
    const [cell] = first.record.cells;
    expect([cell?.outcome, cell?.verdict]).toEqual(['measured', 'leak']);
    expect(cell?.environment).toMatchObject({ image: 'ruby:2.7.4', digest: digest.replace(repo, 'ruby') });
    expect(first.said).toMatch(/^2\.7\.4: preparing: pulling ruby:2\.7\.4$/m);
    expect(first.said).toMatch(
      /^2\.7\.4: preparing: pulling ruby:2\.7\.4: \d+ MB, \d of \d layers unpacked$/m,
    );
    const counts = await front.layersFetched('2.7.4');
    expect([counts.length > 1, new Set(counts)]).toEqual([true, new Set([1])]);

    front.requests.length = 0;
    const second = await matrixRun();
    expect(second.record.cells[0]?.environment?.digest).toBe(cell?.environment?.digest);
    expect(second.said).not.toMatch(/pulling|building/);
    expect(front.requests).toEqual([]);
  },
);

test('two cells that want the same image at the same time pull it once, and both are reported', async () => {
  const containers = await createContainers({ engine: client, imagesFolder: IMAGES_FOLDER });
  const said: string[][] = [[], []];
  await Promise.all(
    said.map((lines, index) =>
      containers.prepare(
        ruby(`twin-${index}`, { kind: 'image', image: 'ruby:tiny', ruby: '/usr/bin/ruby' }),
        (line) => lines.push(line),
        never,
      ),
    ),
  );
  for (const lines of said) expect(lines).toContain('pulling ruby:tiny');
  expect((await findImage(client.docker, 'ruby:tiny'))?.digest).toBe(`ruby@${tiny.digest}`);
  const manifests = front.requests.filter((line) => line === `GET /v2/library/ruby/manifests/${tiny.digest}`);
  // Once to learn whether the registry answers, once by the pull.
  expect(manifests.length).toBeLessThanOrEqual(2);
  expect(await front.layersFetched('tiny')).toEqual([1]);
});

test('no such tag: the mirror is named, not the last place where the engine looked', async () => {
  const { message } = await refused(official('9.9.9'));
  expect(message).toBe(
    `no image for ruby 9.9.9:\n  ruby:9.9.9: there is no image ruby:9.9.9 in the engine's mirror ${front.url} ` +
      '(manifest unknown): correct its name in matrix.yaml, or load it with docker load',
  );
});

test('a pull that is interrupted is reported, and succeeds the next time', async () => {
  await pushImage(open!, 'large', client.arch, [filler(40)]);
  front.failAfter(20_000_000);
  const { message, said } = await refused(official('large'));
  expect(message).toMatch(
    /ruby:large: the pull of ruby:large was interrupted( after \d+ MB of 40 MB or more)?, and neither /,
  );
  expect(message).toMatch(
    /neither the engine's mirror http:\S+ nor the registry docker\.io answers \(.*\): run this again/,
  );
  expect(said).toContain('pulling ruby:large: the registry closed the connection, the engine retries');
  front.mend();
  const context = { docker: client.docker, arch: client.arch, progress: () => {}, signal: never };
  const { registries } = client;
  expect(await pullImage('ruby:large', { ...context, registries })).toEqual({ ok: true });
});

test('a pull that hangs is abandoned, and an abort ends a pull at once', async () => {
  await pushImage(open!, 'slow', client.arch, [filler(40)]);
  front.failAfter(10_000_000, 'stall');
  const { registries } = client;
  const context = { docker: client.docker, arch: client.arch, registries, progress: () => {}, signal: never };
  const given = await pullImage('ruby:slow', context, 3000);
  expect(given).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^the pull of ruby:slow was interrupted.*answer/),
  });
  const abort = new AbortController();
  const pulled = pullImage('ruby:slow', { ...context, signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(pulled).rejects.toThrow('enough');
});

test('an image for other processors: said before it is pulled, or, where the registry does not tell, when it does not run', async ({
  skip,
}) => {
  const other = client.arch === 'arm64' ? 'amd64' : 'arm64';
  if (other !== 'arm64') skip('the image is one for arm64, and this engine is one');
  const image = await pushImage(open!, 'arm', 'arm64', armSystem());
  await pushArmList(open!, 'arm-list', image);
  const listed = await refused(official('arm-list'));
  expect(listed.message).toMatch(
    /ruby:arm-list exists for linux\/arm64\/v8 only, and this engine runs linux\/amd64\..*docker pull --platform linux\/arm64\/v8 ruby:arm-list$/,
  );
  const info = (await client.docker.info()) as Whereabouts;
  if ((await emulatedArchs(info))?.includes('arm64')) skip('this machine runs programs for arm64');
  const single = await refused(official('arm'));
  expect(single.said).toContain('building the image of ruby arm from ruby:arm (linux/arm64)');
  expect(single.message).toMatch(
    /the image is for linux\/arm64, and this engine runs linux\/amd64 without an emulator.*--install arm64\)/,
  );
});

test('an old manifest: pulled by engines that take it, explained for those that do not', async () => {
  await pushSchema1(open!, '2.2.4', [filler(0.1)]);
  const { message, said } = await refused(official('2.2.4'));
  if (Number(client.version.split('.')[0]) >= 26) {
    expect(message).toMatch(/manifest schema 1.*rubylang\/all-ruby/);
  } else {
    // What fails is what comes after: there is no shell in it.
    expect(said).toContain('building the image of ruby 2.2.4 from ruby:2.2.4');
    expect((await findImage(client.docker, 'ruby:2.2.4'))?.arch).toBe('amd64');
  }
});

test('a mirror with a login: said, and with the login that docker login left it is pulled', async () => {
  front.upstream = closed!;
  await pushImage(open!, 'closed', client.arch, [filler(0.1)]);
  const without = await refused(official('closed'));
  expect(without.message).toMatch(
    /engine's mirror http:\S+ requires a login \(.*\), and an engine shows its mirrors none but that of Docker Hub: /,
  );
  expect(without.message).toContain(
    `docker login 127.0.0.1:${front.port}, and name the image in matrix.yaml as 127.0.0.1:${front.port}/library/ruby:closed`,
  );
  expect(await doctorSays()).toMatch(
    new RegExp(
      `^limited +registry +the engine's mirror ${front.url} requires a login .*\n +→ .*docker login`,
      'm',
    ),
  );
  await using folder = await dockerConfig(`127.0.0.1:${front.port}`);
  const image = `127.0.0.1:${front.port}/library/ruby:closed`;
  const named = ruby('closed', { kind: 'image', image, ruby: '/usr/local/bin/ruby' });
  expect((await refused(named)).message).toContain(
    `docker login 127.0.0.1:${front.port}, then run this again`,
  );
  expect((await refused(named, folder.path)).said).toContain(
    `building the image of ruby closed from ${image}`,
  );
  await using hub = await dockerConfig('https://index.docker.io/v1/');
  expect((await refused(official('closed'), hub.path)).said).toContain(
    'building the image of ruby closed from ruby:closed',
  );
  expect(await doctorSays(hub.path)).toMatch(/^ok +registry +answers$/m);
});

/** Writes the file that `docker login` writes. */
async function dockerConfig(address: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'matrix-login-'));
  const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
  await writeFile(join(path, 'config.json'), JSON.stringify({ auths: { [address]: { auth } } }));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
