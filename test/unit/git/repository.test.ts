import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommitHistory, HistoryEnds, Repository } from '../../../src/engine/ports.ts';
import { archive } from '../../../src/git/archive.ts';
import { openRepository } from '../../../src/git/open-repository.ts';
import { leakyHistory } from '../../leaky-history.ts';

const { signal } = new AbortController();
const run = promisify(execFile);

let folder: string;
let clonesFolder: string;
let repository: Repository;
beforeAll(async () => {
  [folder, clonesFolder] = [await leakyHistory(), await mkdtemp(join(tmpdir(), 'matrix-clones-'))];
  repository = await opened(folder);
}, 30_000);
afterAll(async () => {
  for (const one of [folder, clonesFolder]) await rm(one, { recursive: true, force: true });
});

async function opened(source: string): Promise<Repository> {
  const found = await openRepository(source, { clonesFolder, say: () => {}, signal });
  if (!found.ok) throw new Error(found.message);
  return found.value;
}

const ends = (from: string, to: string, firstParent = false): HistoryEnds => ({ from, to, firstParent });

async function history(of: HistoryEnds): Promise<CommitHistory> {
  const read = await repository.history(of);
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

async function refusal(of: HistoryEnds): Promise<string> {
  const read = await repository.history(of);
  return read.ok ? 'it was read' : read.message;
}

/** Subjects of commits and of their parents. */
const told = ({ commits }: CommitHistory): readonly string[] =>
  commits.map(
    ({ subject, parents }) =>
      `${subject} after ${parents.map((place) => commits[place]?.subject).join(' and ') || 'nothing'}`,
  );

describe('the history between two', () => {
  test('parents come before their children, and both ends are in it', async () => {
    const read = await history(ends('v1', 'v2'));
    expect(told(read).toSorted()).toEqual(
      [
        'Parse a text after nothing',
        'Say what is faster after Parse a text',
        'Parse without a look back after Say what is faster',
        'Measure it after Parse without a look back',
        'Half of a change after Parse a text',
        'The other half of it after Half of a change',
        'Merge what is faster after The other half of it and Measure it',
        'Prepare version 2 after Merge what is faster',
      ].toSorted(),
    );
    expect(read.commits.every(({ parents }, place) => parents.every((parent) => parent < place))).toBe(true);
    expect(read.ends).toEqual({ from: 0, to: 7 });
    expect(read.commits[0]).toMatchObject({ author: 'Ada', date: expect.stringMatching(/^2024-05-0\dT/) });
  });

  test('by first parents a merge is one step', async () => {
    expect(told(await history(ends('v1', 'v2', true)))).toEqual([
      'Parse a text after nothing',
      'Half of a change after Parse a text',
      'The other half of it after Half of a change',
      'Merge what is faster after The other half of it',
      'Prepare version 2 after Merge what is faster',
    ]);
  });

  test('of ends on two branches the first commit is where they part', async () => {
    const read = await history(ends('faster', 'v2^1^1'));
    expect(read.commits[0]?.subject).toBe('Parse a text');
    const { from, to } = read.ends;
    expect([read.commits[from]?.subject, read.commits[to]?.subject]).toEqual([
      'Measure it',
      'The other half of it',
    ]);
  });

  test('ends the wrong way round are the same history', async () => {
    const read = await history(ends('v2', 'v1'));
    expect(read.ends).toEqual({ from: 7, to: 0 });
  });

  test.each([
    [ends('v1', 'v3'), '--to v3: the repository has no commit, tag or branch of that name'],
    [ends('--all', 'v2'), '--from --all: the repository has no commit, tag or branch of that name'],
    [ends('v2', 'trunk'), '--from v2 and --to trunk are the same commit: nothing lies between them'],
  ])('%o is refused', async (of, why) => {
    expect(await refusal(of)).toBe(why);
  });

  test('histories without a common commit are refused', async () => {
    const tree = (await run('git', ['-C', folder, 'rev-parse', 'v1^{tree}'])).stdout.trim();
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    const made = await run('git', ['-C', folder, ...who, 'commit-tree', tree, '-m', 'Apart']);
    expect(await refusal(ends(made.stdout.trim(), 'v2'))).toMatch(
      /have no commit in common: name two of one history$/,
    );
  });
});

test('a repository that is named by its address is cloned once, and asked for what is new', async () => {
  const lines: string[] = [];
  const options = { clonesFolder, say: (line: string) => lines.push(line), signal };
  const first = await openRepository(`file://${folder}`, options);
  const second = await openRepository(`file://${folder}`, options);
  expect(first).toEqual({
    ok: true,
    value: expect.objectContaining({ path: second.ok && second.value.path }),
  });
  expect(lines).toEqual([`cloning file://${folder}`, `fetching what is new in file://${folder}`]);
});

test.each([
  ['/nowhere/at/all', /^--source \/nowhere\/at\/all: there is no such folder$/],
  [tmpdir(), /^--source .*: not a git repository/],
  ['ext::sh -c whoami', /there is no such folder/],
  ['ext://sh', /^--source ext:\/\/sh: it cannot be cloned/],
])('%s cannot be opened', async (source, why) => {
  const found = await openRepository(source, { clonesFolder, say: () => {}, signal });
  expect(found).toEqual({ ok: false, message: expect.stringMatching(why) });
});

test('the gemspec of a gem is found, and the release of Ruby where there is one', async () => {
  const { commits } = await history(ends('v1', 'v2'));
  const hash = commits[0]?.hash ?? '';
  expect(await repository.gemFolder(hash, 'leaky')).toBe('.');
  expect(await repository.gemFolder(hash, 'oj')).toBeNull();
  expect(await repository.rubyVersions([hash])).toEqual([null]);
});

test('releases of Ruby are read in the old and in the new spelling', async () => {
  const source = await mkdtemp(join(tmpdir(), 'matrix-ruby-'));
  const git = (...args: readonly string[]): Promise<unknown> =>
    run('git', ['-C', source, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  await git('init', '--quiet');
  await writeFile(join(source, 'version.h'), '/* \u00E9 */\n#define RUBY_VERSION "2.4.4"\n');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'old');
  await git('tag', 'old');
  await run('mkdir', ['-p', join(source, 'include/ruby')]);
  await writeFile(join(source, 'version.h'), '# define RUBY_VERSION_TEENY 3\n');
  const header = '#define RUBY_API_VERSION_MAJOR 3\n#define RUBY_API_VERSION_MINOR 2\n';
  await writeFile(join(source, 'include/ruby/version.h'), header);
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'new');
  const ruby = await opened(source);
  const found = await ruby.rubyVersions(['old', 'HEAD']);
  await rm(source, { recursive: true });
  expect(found).toEqual([
    { major: 2, minor: 4, patch: 4 },
    { major: 3, minor: 2, patch: 3 },
  ]);
});

test('the files of a commit come as a tar; what cannot be read fails with the words of git', async () => {
  const names: string[] = [];
  const entries = extract();
  archive({ repository: repository.path, hash: 'v1', folder: 'lib' }, signal).pipe(entries);
  for await (const entry of entries) {
    names.push(entry.header.name);
    entry.resume();
  }
  expect(names.filter((name) => name !== 'pax_global_header')).toEqual(['leaky.rb']);
  const absent = archive({ repository: repository.path, hash: 'v9', folder: '.' }, signal);
  await expect(absent.toArray()).rejects.toThrow(/not a valid object name/);
});
