import { expect, test } from 'vitest';
import { safeEntry } from '../../../../src/docker/gems/build-layer.ts';
import { bundlerFor } from '../../../../src/docker/gems/bundler-release.ts';
import { readFrame } from '../../../../src/docker/gems/installer-frames.ts';

type Header = Parameters<typeof safeEntry>[0];
const header = (more: Partial<Header>): Header => ({
  name: 'matrix-gems/x',
  mode: 0o644,
  uid: 10001,
  gid: 10001,
  size: 3,
  mtime: new Date(),
  type: 'file',
  linkname: '',
  uname: 'x',
  gname: 'x',
  devmajor: 0,
  devminor: 0,
  ...more,
});

test('what was installed becomes files of root, never setuid', () => {
  expect(safeEntry(header({ mode: 0o6777 }))).toMatchObject({
    mode: 0o755,
    uid: 0,
    gid: 0,
    type: 'file',
    size: 3,
  });
  expect(safeEntry(header({ mode: 0o600 }))).toMatchObject({ mode: 0o644 });
  expect(safeEntry(header({ name: 'matrix-gems/d/', type: 'directory', mode: 0o777 }))).toMatchObject({
    mode: 0o755,
  });
  expect(safeEntry(header({ type: 'symlink', linkname: 'y' }))).toMatchObject({ linkname: 'y' });
});

test.each([
  [{ name: '/etc/passwd' }],
  [{ name: '../etc/passwd' }],
  [{ name: 'matrix-gems/../Dockerfile' }],
  [{ name: 'matrix-gems-too/x' }],
  [{ type: 'symlink', linkname: '/etc/shadow' }],
  [{ type: 'symlink', linkname: '../../etc/shadow' }],
  [{ type: 'link', linkname: 'matrix-gems/y' }],
  [{ type: 'character-device' }],
  [{ type: 'fifo' }],
] satisfies [Partial<Header>][])('%j does not come into an image', (more) => {
  expect(safeEntry(header(more))).toBeNull();
});

test.each([
  ['G /specs.4.8.gz', { kind: 'get', path: '/specs.4.8.gz' }],
  [`P ${'x'.repeat(1000)}`, { kind: 'progress', text: 'x'.repeat(200) }],
  ['D {"gems":[["oj","3.12.0"]]}', { kind: 'done', gems: [{ name: 'oj', version: '3.12.0' }] }],
  ['D {"gems":[["<script>","1"]]}', { kind: 'strange' }],
  ['D null', { kind: 'strange' }],
  ['F {}', { kind: 'strange' }],
  ['hello', { kind: 'strange' }],
  ['', { kind: 'strange' }],
])('the line %s of an installer', (line, frame) => {
  expect(readFrame(line)).toEqual(frame);
});

test.each([
  [2, 2, '< 2'],
  [2, 3, '< 2.4'],
  [2, 5, '< 2.4'],
  [2, 7, '< 2.5'],
  [3, 0, '< 2.6'],
  [4, 0, '>= 2.5'],
])('Ruby %i.%i is given Bundler %s where it has none', (major, minor, bundler) => {
  expect(bundlerFor({ major, minor, patch: 0 })).toBe(bundler);
});
