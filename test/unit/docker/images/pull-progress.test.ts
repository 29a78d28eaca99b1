import { expect, test } from 'vitest';
import { PullProgress } from '../../../../src/docker/images/pull/pull-progress.ts';

const downloading = (id: string, current: number, total: number) => ({
  id,
  status: 'Downloading',
  progressDetail: { current, total },
});

test('a line for every 25 MB and for every layer, not for every message', () => {
  const progress = new PullProgress('ruby:1');
  const lines: string[] = [];
  const add = (message: Parameters<PullProgress['add']>[0]): void => {
    const line = progress.add(message);
    if (line !== null) lines.push(line);
  };
  add({ id: '1', status: 'Pulling from library/ruby' });
  add({ id: 'a', status: 'Pulling fs layer' });
  add({ id: 'b', status: 'Already exists' });
  for (let bytes = 0; bytes <= 60e6; bytes += 1e6) add(downloading('a', bytes, 60e6));
  add({ id: 'a', status: 'Download complete' });
  for (let bytes = 0; bytes <= 60e6; bytes += 1e6)
    add({ ...downloading('a', bytes, 60e6), status: 'Extracting' });
  add({ id: 'a', status: 'Pull complete' });
  add({ status: 'Digest: sha256:abc' });
  expect(lines).toEqual([
    'pulling ruby:1: 0.0 MB, 1 of 2 layers unpacked',
    'pulling ruby:1: 25 MB, 1 of 2 layers unpacked',
    'pulling ruby:1: 50 MB, 1 of 2 layers unpacked',
    'pulling ruby:1: 60 MB, 2 of 2 layers unpacked',
  ]);
  expect(progress.received).toEqual({ bytes: 60e6, total: 60e6 });
});

test('a registry that is interrupted is reported once, and what has to come again does not count', () => {
  const progress = new PullProgress('ruby:1');
  progress.add(downloading('a', 30e6, 60e6));
  expect(progress.add({ id: 'a', status: 'Retrying in 5 seconds' })).toMatch(
    /closed the connection, the engine retries/,
  );
  expect(progress.add({ id: 'a', status: 'Retrying in 4 seconds' })).toBe(null);
  expect(progress.received).toEqual({ bytes: 0, total: 60e6 });
});
