import { expect, test } from 'vitest';
import { thisInstance } from '../../../../src/docker/identity.ts';
import { readAnswers } from '../../../../src/docker/images/own/own-image-answers.ts';
import { servesRuby } from '../../../../src/docker/images/build/serves.ts';
import { LABELS } from '../../../../src/docker/labels.ts';
import { containerOptions } from '../../../../src/docker/run/container-options.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';
import { LIMITS } from '../../domain/limits.ts';

const OWN = { digest: 'sha256:1', user: 1234, group: 99, workdir: '/app', writable: ['/app/tmp'] };
const asked = { image: 'app:1', ruby: null, workdir: null };
const ANSWERS = 'user=1234 99\nruby=/usr/bin/ruby\nworkdir=/app\nwritable=/app/tmp\nversion=3.1.2 ruby\n';

test('an image’s answers are read, whatever it prints besides', () => {
  expect(readAnswers(`welcome\n${ANSWERS}bye`, 'warning: x', asked)).toEqual({
    ok: true,
    value: {
      version: '3.1.2',
      ruby: '/usr/bin/ruby',
      user: 1234,
      group: 99,
      workdir: '/app',
      writable: ['/app/tmp'],
    },
  });
});

test.each([
  ['', 'exec: /bin/sh: not found', /^it has no \/bin\/sh that runs \(exec: \/bin\/sh: not found\)/],
  ['user=1 1\nruby=\n', '', /^no ruby is on its PATH: name the path, --image app:1=\/path\/of\/ruby/],
  [
    'user=1 1\nruby=/r\n',
    'permission denied',
    /^\/r is not a ruby that its user can run \(permission denied\)/,
  ],
  ['user=1 1\nruby=/r\nversion=3.1.4 jruby\n', '', /^\/r is jruby, and only CRuby can be measured/],
  ['user=0 0\nruby=/r\nversion=3.1.2 ruby\n', '', /^its user has the id of root/],
  [
    'user=1 1\nruby=/r\nnowhere=/root\nversion=3.1.2 ruby\n',
    '',
    /^its user cannot enter \/root: .*--workdir DIR/,
  ],
])('what an image lacks is reported: %j', (stdout, stderr, reason) => {
  const answers = readAnswers(stdout, stderr, asked);
  expect(answers).toMatchObject({ ok: false, message: expect.stringMatching(reason) });
});

test('a container of one’s own image has its user, and writes where that may, within the same bounds', async () => {
  const image = {
    tag: 'm:x',
    base: 'app:1',
    digest: 'sha256:1',
    source: 'image',
    ruby: '/r',
    own: OWN,
  } as const;
  const spec = { env: {}, input: new Uint8Array(), frameKey: 'k', limits: LIMITS, labels: {} };
  const features = { runtime: null, ownKernel: false };
  const options = containerOptions(image, spec, await thisInstance(), features);
  expect(options).toMatchObject({ User: '1234:99', Healthcheck: { Test: ['NONE'] } });
  expect(options.HostConfig).toMatchObject({ CapDrop: ['ALL'], ReadonlyRootfs: true, NetworkMode: 'none' });
  const tmpfs = options.HostConfig?.Tmpfs ?? {};
  expect(Object.keys(tmpfs).toSorted()).toEqual(['/app/tmp', '/home/matrix/work', '/tmp']);
  for (const mount of Object.values(tmpfs))
    expect(mount).toMatch(/^rw,noexec,nosuid,nodev,size=\d+,nr_inodes=/);
  expect(tmpfs['/app/tmp']).toContain(',uid=1234,gid=99,');
  const asRoot = { ...image, own: { ...OWN, user: 0 } };
  const instance = await thisInstance();
  expect(() => containerOptions(asRoot, spec, instance, features)).toThrow('would run as root');
});

test('an image that was built from another digest of the same tag does not serve', () => {
  const source = { kind: 'image', image: 'app:1', ruby: '/r', own: OWN } as const;
  const ruby: Ruby = { name: '3.1.2', version: { major: 3, minor: 1, patch: 2 }, sources: [source] };
  const built = { [LABELS.ruby]: '3.1.2', [LABELS.source]: 'image', [LABELS.base]: 'app:1' };
  expect(servesRuby(ruby, { ...built, [LABELS.digest]: 'sha256:1' })).toBe(true);
  expect(servesRuby(ruby, { ...built, [LABELS.digest]: 'sha256:2' })).toBe(false);
});
