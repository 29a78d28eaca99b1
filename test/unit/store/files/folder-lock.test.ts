import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../../../src/store/files/folder-lock.ts';

const LOCK = fileURLToPath(new URL('../../../../src/store/files/folder-lock.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a process that takes the lock on request, reports the result, and keeps it. */
async function starter(): Promise<{ child: ChildProcess; take: () => Promise<string> }> {
  const code = `
    const { lockFolder } = await import(${JSON.stringify(LOCK)});
    process.stdout.write('ready');
    process.stdin.once('data', () => lockFolder(${JSON.stringify(folder)}).then(
      () => process.stdout.write('held'),
      (error) => process.stdout.write(error.message),
    ));
  `;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  await once(child.stdout, 'data');
  const take = async (): Promise<string> => {
    child.stdin.write('go');
    return String((await once(child.stdout, 'data'))[0]);
  };
  return { child, take };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

test('a folder belongs to one service; returned, it is free', async () => {
  {
    await using _ = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(/is in use by a running service \(pid \d+ on /);
    await expect(lockFolder(folder)).rejects.toThrow(/choose another --results DIR/);
  }
  await using _ = await lockFolder(folder);
  expect((await readdir(folder)).toSorted()).toEqual(['.service.db', '.service.lock']);
});

test('the lock of a service that was killed is free at once, also where its pid lives on as somebody else', async () => {
  const { child, take } = await starter();
  expect(await take()).toBe('held');
  await expect(lockFolder(folder)).rejects.toThrow(`(pid ${child.pid} on `);
  await kill(child);
  await writeFile(join(folder, '.service.lock'), `${process.pid} here\n`);
  await using _ = await lockFolder(folder);
});

test('the lock of a service in another container holds, though its pid means nothing here', async () => {
  const { child, take } = await starter();
  expect(await take()).toBe('held');
  await writeFile(join(folder, '.service.lock'), '999999999 a-container\n');
  await expect(lockFolder(folder)).rejects.toThrow('(pid 999999999 on a-container)');
  await kill(child);
});

test('of several that start at once on what a killed service left, exactly one has the folder', async () => {
  const starters = await Promise.all(Array.from({ length: 5 }, starter));
  // What earlier versions left behind, and what is left of a write that was broken off.
  await writeFile(join(folder, '.service.lock'), '');
  const answers = await Promise.all(starters.map(({ take }) => take()));
  expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
  await Promise.all(starters.map(({ child }) => kill(child)));
  expect(await readFile(join(folder, '.service.lock'), 'utf8')).toMatch(/^\d+ /);
});

test('a folder that is not there, and one that cannot be written, are named', async () => {
  await expect(lockFolder(join(folder, 'none'))).rejects.toThrow(/none/);
  await writeFile(
    join(folder, '.service.db'),
    'no database at all, but longer than a header of one: '.repeat(20),
  );
  await chmod(join(folder, '.service.db'), 0o444);
  await expect(lockFolder(folder)).rejects.toThrow(/\.service\.db cannot be locked \(/);
});

test('a folder that is removed and made again is locked again', async () => {
  await using _ = await lockFolder(folder);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await expect
    .poll(() => readFile(join(folder, '.service.lock'), 'utf8').catch(() => ''), { timeout: 10_000 })
    .toContain(`${process.pid} `);
  await expect(lockFolder(folder)).rejects.toThrow(`(pid ${process.pid} on `);
});

test('who is too late in a folder made again is reported', async () => {
  await using lock = await lockFolder(folder);
  const { child, take } = await starter();
  await rm(folder, { recursive: true });
  await mkdir(folder);
  expect(await take()).toBe('held');
  expect(String(await lock.lost)).toContain(`is in use by a running service (pid ${child.pid} on `);
  await kill(child);
});
