import { expect, test } from 'vitest';
import type { RubyVersion } from '../../../src/domain/ruby/ruby.ts';
import type { Repository } from '../../../src/engine/ports.ts';
import { commitRange } from '../../../src/usecases/options/commit-range.ts';
import { commitsToSearch } from '../../../src/usecases/rubies/searched-commits.ts';
import { loadMatrix } from '../../../src/store/matrix/matrix-file.ts';
import { pathOf } from '../../harness.ts';
import { hashOf, lineOf } from '../report/bisect/histories.ts';

const loaded = await loadMatrix(pathOf('matrix.yaml'));
if (!loaded.ok) throw new Error(loaded.message);
const { value: matrix } = loaded;

const RANGE = { source: './it', from: 'v1', to: 'v2', firstParent: false };
const release = (text: string): RubyVersion => {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return { major, minor, patch };
};

/** A repository of three commits: of this release of Ruby, or with gemspecs in these folders. */
const holding = (ruby: string | null, gems: Readonly<Record<string, string>> = {}): Repository => ({
  path: '/it/.git',
  history: async () => ({ ok: true, value: lineOf(3) }),
  rubyVersions: async (hashes) => hashes.map(() => (ruby === null ? null : release(ruby))),
  gemFolder: async (_, gem) => gems[gem] ?? null,
});

test.each([
  ['2.4.4', 'bullseye'],
  ['3.0.7', 'bullseye'],
  ['3.1.2', 'bookworm'],
  ['3.2.8', 'bookworm'],
  ['3.3.9', 'trixie'],
  ['4.1.0', 'trixie'],
])('Ruby %s is built on the Debian of its time, %s', async (version, suite) => {
  const found = await commitsToSearch(RANGE, holding(version), { gems: ['oj'], hasRubies: false }, matrix);
  expect(found.commits).toMatchObject({ gem: null, repository: '/it/.git' });
  // Whatever gem the script needs is installed for each of them.
  expect(found.gems).toEqual(['oj']);
  expect(found.rubies?.map(({ name }) => name)).toEqual(['000000000000', '000100010001', '000200020002']);
  expect(found.rubies?.[1]).toMatchObject({
    version: release(version),
    sources: [{ kind: 'commit', repository: '/it/.git', hash: hashOf(1), suite }],
  });
});

test('of another repository the gem is searched whose gemspec it holds; the others are installed', async () => {
  const gems = ['json=2.6.0', 'oj', 'rake'];
  const found = await commitsToSearch(
    RANGE,
    holding(null, { oj: 'ruby' }),
    { gems, hasRubies: true },
    matrix,
  );
  expect(found.commits.gem).toEqual({ name: 'oj', folder: 'ruby' });
  expect([found.rubies, found.gems]).toEqual([null, ['json=2.6.0', 'rake']]);
});

test.each([
  [holding('2.4.4'), [], true, /^--ruby names releases, and these commits are rubies themselves/],
  [holding(null), [], false, /is no repository of Ruby \(it has no version\.h\): name the gem/],
  [holding(null), ['oj', 'ox'], false, /holds no gemspec of oj or ox at v2/],
])('what cannot be searched is refused (%#)', async (repository, gems, hasRubies, why) => {
  await expect(commitsToSearch(RANGE, repository, { gems, hasRubies }, matrix)).rejects.toThrow(why);
});

test('the options of commits go together', () => {
  expect(commitRange({})).toBeNull();
  expect(commitRange({ commits: true, source: '.', from: 'a', to: 'b' })).toEqual({
    source: '.',
    from: 'a',
    to: 'b',
    firstParent: false,
  });
  expect(() => commitRange({ commits: true, source: '.', from: 'a' })).toThrow(/^--commits needs --to: /);
  expect(() => commitRange({ firstParent: true })).toThrow('--first-parent goes with --commits: add it');
});
