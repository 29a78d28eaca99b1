import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { HostSetup } from '../../../../src/docker/host/host-setup.ts';

const never = new AbortController().signal;
const HOST_SETUP = fileURLToPath(new URL('../../../../src/docker/host/host-setup.ts', import.meta.url));

/**
 * Makes a folder with an apt-get that behaves like Debian's when two run at once; `body` is its shell code.
 */
async function aHost(body = '') {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-host-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const aptGet = join(folder, 'apt-get');
  const calls = join(folder, 'calls');
  const code = `#!/bin/sh
cd ${folder}
mkdir busy 2>/dev/null || { echo 'E: Could not get lock /var/lib/dpkg/lock-frontend' >&2; exit 100; }
echo "$*" >>calls
${body}
rmdir busy
`;
  await writeFile(aptGet, code);
  await chmod(aptGet, 0o755);
  await writeFile(calls, '');
  const options = { lockFolder: folder, aptGet, aptLog: join(folder, 'log') };
  return {
    folder,
    options,
    setup: () => new HostSetup(options),
    calls: async () => (await readFile(calls, 'utf8')).split('\n').filter(Boolean),
    missing: async () => !(await readFile(calls, 'utf8')).includes('install'),
  };
}

const always = async (): Promise<boolean> => true;

/** Settles once a file or folder is there. */
const appears = async (folder: string, name: string): Promise<void> => {
  await expect.poll(() => existsSync(join(folder, name)), { timeout: 15_000, interval: 10 }).toBe(true);
};

const waiter = (said: string[] = [], signal = never) => ({
  progress: (line: string) => void said.push(line),
  signal,
});

test('two cells of one process that miss the same package install it once', async () => {
  const host = await aHost('echo unpacking; sleep 0.2');
  const setup = host.setup();
  const both = await Promise.all([
    setup.install(['debootstrap'], host.missing, waiter()),
    setup.install(['debootstrap'], host.missing, waiter()),
  ]);
  expect(both).toMatchObject([{ ok: true, output: 'unpacking' }, { ok: true }]);
  expect(await host.calls()).toEqual([
    '-o DPkg::Lock::Timeout=600 install -y --no-install-recommends debootstrap',
  ]);
});

test('two processes that miss the same package install it once, and the second reports what it waits for', async () => {
  const host = await aHost('sleep 2');
  const said: string[] = [];
  const first = host.setup().install(['debootstrap'], host.missing, waiter());
  await appears(host.folder, 'busy');
  const second = host.setup().install(['debootstrap'], host.missing, waiter(said));
  expect(await Promise.all([first, second])).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await host.calls()).toEqual([
    '-o DPkg::Lock::Timeout=600 install -y --no-install-recommends debootstrap',
  ]);
  expect(said).toEqual(['waiting: another matrix is setting up this machine']);
});

test('the lists of packages are fetched where the first attempt fails, also while others hold their lock', async () => {
  const host = await aHost(`case "$*" in
*update) [ -e asked ] && touch lists || { touch asked; rmdir busy; echo 'E: Could not get lock /var/lib/apt/lists/lock' >&2; exit 100; } ;;
*) [ -e lists ] || { rmdir busy; echo 'E: Unable to locate package debootstrap' >&2; exit 100; } ;;
esac`);
  const said: string[] = [];
  const result = await host.setup().install(['debootstrap'], always, waiter(said));
  expect(result).toMatchObject({ ok: true });
  expect(said).toEqual([
    'installing debootstrap: apt-get install -y --no-install-recommends debootstrap',
    'fetching the lists of packages: apt-get update',
    'waiting: another package manager is at work on this machine',
    'installing debootstrap',
  ]);
});

test('an abort ends the waiting at once; apt-get finishes, and the next one waits for it', async () => {
  const host = await aHost('sleep 1; touch finished');
  const setup = host.setup();
  const controller = new AbortController();
  const given = setup.install(['debootstrap'], host.missing, waiter([], controller.signal));
  await appears(host.folder, 'busy');
  const before = performance.now();
  controller.abort(new Error('Ctrl-C'));
  await expect(given).rejects.toThrow('Ctrl-C');
  expect(performance.now() - before).toBeLessThan(500);
  expect(await setup.install(['debootstrap'], host.missing, waiter())).toMatchObject({ ok: true });
  expect(await readFile(join(host.folder, 'finished'), 'utf8')).toBe('');
  expect(await host.calls()).toHaveLength(1);
});

test('apt-get outlives the process that started it, and the lock does not', async () => {
  const host = await aHost('sleep 1; echo still there; echo still there >&2; touch finished');
  const code = `
    const { HostSetup } = await import(${JSON.stringify(HOST_SETUP)});
    const setup = new HostSetup(${JSON.stringify(host.options)});
    await setup.install(['debootstrap'], async () => true, { progress() {}, signal: new AbortController().signal });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  await appears(host.folder, 'busy');
  child.kill('SIGKILL');
  await once(child, 'close');
  const alone = host.setup().alone('host', waiter(), async () => 'in');
  expect(await alone).toBe('in');
  await appears(host.folder, 'finished');
});

test('an abort while another process has the lock ends the waiting, and nothing is done later', async () => {
  const host = await aHost();
  const { promise, resolve } = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const holding = host.setup().alone('host', waiter(), async () => {
    entered.resolve();
    await promise;
  });
  await entered.promise;
  const controller = new AbortController();
  let done = false;
  const other = host.setup();
  const waiting = other.alone('host', waiter([], controller.signal), async () => (done = true));
  controller.abort(new Error('Ctrl-C'));
  await expect(waiting).rejects.toThrow('Ctrl-C');
  resolve();
  await holding;
  expect(await other.alone('host', waiter(), async () => done)).toBe(false);
});

test('what fails says so, with the end of what apt-get wrote', async () => {
  const host = await aHost('echo reading; echo "E: no room" >&2; rmdir busy; exit 100');
  const result = await host.setup().install(['debootstrap'], host.missing, waiter());
  expect(result).toEqual({
    ok: false,
    message: 'apt-get update ended with code 100',
    output: 'reading\nE: no room',
  });
});
