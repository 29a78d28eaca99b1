import { beforeAll, expect, test } from 'vitest';
import { createContainers } from '../../../src/docker/containers.ts';
import type { PreparedImage } from '../../../src/engine/ports.ts';
import { IMAGES_FOLDER, TEST_RUN, containers, engine, linesOf, never, shellImage, spec } from '../setup.ts';

let image: PreparedImage;
beforeAll(async () => {
  image = await shellImage();
});

async function inside(code: string): Promise<string> {
  await using cell = await containers.start(image, spec(code), never);
  return (await linesOf(cell)).join('\n');
}

/** Makes shell code that runs a command and prints `refused` when it fails. */
const refused = (code: string): string => `(${code}) >/dev/null 2>&1 && echo allowed || echo refused`;

test('nobody in particular, without capabilities, unable to gain any', async () => {
  expect(await inside('id -u; id -g')).toBe('10001\n10001');
  const status = await inside('grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status');
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
    expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
  }
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  expect(status).toMatch(/^Seccomp:\s+2$/m);
});

test('writes only to its two tmpfs, and runs nothing from them', async () => {
  expect(await inside(refused('touch /x'))).toBe('refused');
  expect(await inside(refused('touch /opt/matrix/probe.so'))).toBe('refused');
  expect(await inside(refused('touch /home/matrix/work/x && touch /tmp/x'))).toBe('allowed');
  const copied = 'cp /bin/true /tmp/t; chmod 755 /tmp/t; /tmp/t';
  expect(await inside(refused(copied))).toBe('refused');
  const mounts = await inside('grep -E " (/tmp|/home/matrix/work) " /proc/mounts');
  expect(mounts.match(/noexec/g)).toHaveLength(2);
  expect(mounts.match(/nosuid/g)).toHaveLength(2);
  expect(mounts.match(/nodev/g)).toHaveLength(2);
});

test('cannot fill the memory through its tmpfs: neither by size nor by number', async () => {
  expect(await inside('dd if=/dev/zero of=/tmp/a bs=1M count=17 2>/dev/null; stat -c %s /tmp/a')).toBe(
    String(16 * 1024 * 1024),
  );
  const many = 'i=0; while [ $i -lt 9000 ]; do : > /tmp/f$i || exit 1; i=$((i+1)); done';
  expect(await inside(refused(many))).toBe('refused');
});

test('has no network but its own loopback, and no shared memory', async () => {
  expect(await inside('ls /sys/class/net')).toBe('lo');
  const serve =
    'ruby -rsocket -e "s = TCPServer.new(%q(127.0.0.1), 0); TCPSocket.new(%q(127.0.0.1), s.addr[1]); print 1"';
  expect(await inside(serve)).toBe('1');
  const open = 'ruby -rsocket -e "TCPSocket.new(%q(1.1.1.1), 53)"';
  expect(await inside(refused(open))).toBe('refused');
  expect(await inside(refused('ls /dev/shm'))).toBe('refused');
});

test('is bounded in processes, files and cores', async () => {
  expect(await inside('ulimit -n; ulimit -c; ulimit -f')).toBe(`256\n0\n${(16 * 1024 * 1024) / 512}`);
  const forks = 'i=0; while [ $i -lt 80 ]; do sleep 5 & i=$((i+1)); done';
  expect(await inside(refused(forks))).toBe('refused');
});

test('has its memory bounded, and swap with it', async () => {
  await using cell = await containers.start(image, spec('sleep 60'), never);
  const [info] = await engine.docker.listContainers({ filters: { label: [`matrix.run=${TEST_RUN}`] } });
  const { HostConfig } = await engine.docker.getContainer(info!.Id).inspect();
  expect(HostConfig).toMatchObject({
    Memory: 128 * 1024 * 1024,
    MemorySwap: 128 * 1024 * 1024,
    PidsLimit: 64,
    NanoCpus: 1e9,
    LogConfig: { Type: 'none' },
    Binds: null,
  });
  await cell.kill();
});

test('a runtime the engine does not have is refused, not left out', async () => {
  const options = { engine, imagesFolder: IMAGES_FOLDER, runtime: 'runsc-that-is-not-there' };
  await expect(createContainers(options)).rejects.toThrow(/no runtime runsc-that-is-not-there/);
});
