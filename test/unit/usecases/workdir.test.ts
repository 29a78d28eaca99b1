import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWorkdir } from '../../../src/usecases/scripts/workdir.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-workdir-'));
});
afterEach(() => rm(folder, { recursive: true }));

const problem = async (): Promise<string> => {
  const read = await readWorkdir(folder);
  return read.ok ? 'no problem' : read.message.replace(folder, 'DIR');
};

describe('--workdir-from', () => {
  it('reads files and folders in a fixed order, links inside as the files they name, and no .git', async () => {
    await mkdir(join(folder, 'lib/deep'), { recursive: true });
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, '.git/config'), 'secret');
    await writeFile(join(folder, 'lib/deep/x.rb'), 'X = 1');
    await writeFile(join(folder, 'b.txt'), Buffer.from([0, 255]));
    await symlink('../b.txt', join(folder, 'lib/a-link'));
    const read = await readWorkdir(folder);
    expect(
      read.ok && read.value.map((file) => [file.path, Buffer.from(file.content).toString('hex')]),
    ).toEqual([
      ['b.txt', '00ff'],
      ['lib/a-link', '00ff'],
      ['lib/deep/x.rb', '58203d2031'],
    ]);
  });

  it('refuses links that leave the folder, absolute or relative, whatever they name', async () => {
    await symlink('/etc/hostname', join(folder, 'out'));
    expect(await problem()).toBe(
      '--workdir-from DIR: out is a link that leaves the folder: copy the file into it',
    );
    await rm(join(folder, 'out'));
    await symlink('..', join(folder, 'up'));
    expect(await problem()).toContain('up is a link that leaves the folder');
    await rm(join(folder, 'up'));
    await mkdir(`${folder}-twin`);
    await writeFile(`${folder}-twin/x`, '');
    await symlink(`${folder}-twin/x`, join(folder, 'twin'));
    expect(await problem()).toContain('twin is a link that leaves the folder');
    await rm(`${folder}-twin`, { recursive: true });
  });

  it('refuses links to folders (which may lead in a circle), dead links and what is no file', async () => {
    await mkdir(join(folder, 'sub'));
    await symlink('../sub', join(folder, 'sub/loop'));
    expect(await problem()).toContain('sub/loop is a link to a folder');
    await rm(join(folder, 'sub/loop'));
    await symlink('nowhere', join(folder, 'dead'));
    expect(await problem()).toContain('dead cannot be read: no such file or folder');
    await rm(join(folder, 'dead'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await problem()).toContain('pipe is no regular file');
  });

  it('refuses more than it may carry before it reads it', async () => {
    await writeFile(join(folder, 'big'), '');
    await truncate(join(folder, 'big'), 32 * 1024 * 1024 + 1);
    expect(await problem()).toContain('it holds more than 32 MiB');
    await rm(join(folder, 'big'));
    for (let index = 0; index <= 4000; index += 1) await writeFile(join(folder, `f${index}`), '');
    expect(await problem()).toContain('it holds more than 4000 files');
  });
});
