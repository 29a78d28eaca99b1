import { expect, test } from 'vitest';
import { STANDARD_GEM_POLICY } from '../../../../src/domain/ruby/gems.ts';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import { readGems } from '../../../../src/engine/plan/asked-gems.ts';

const read = (
  gems: readonly string[],
  more: { gemfile?: string; files?: readonly string[]; off?: boolean; inline?: boolean } = {},
) =>
  readGems(
    {
      options: { ...STANDARD_OPTIONS, budgetSeconds: 1, gems, gemfile: more.gemfile ?? null },
      files: (more.files ?? []).map((path) => ({ path, content: new Uint8Array() })),
    },
    more.inline ?? false,
    more.off === true ? null : STANDARD_GEM_POLICY,
  );

test('several versions make a cell each, of every combination', () => {
  expect(read(['oj=3.11.8,3.12.0', 'nokogiri', 'msgpack=1.4.2,1.5.0'])).toMatchObject({
    ok: true,
    value: {
      settings: [
        { 'gem.oj': '3.11.8', 'gem.msgpack': '1.4.2' },
        { 'gem.oj': '3.11.8', 'gem.msgpack': '1.5.0' },
        { 'gem.oj': '3.12.0', 'gem.msgpack': '1.4.2' },
        { 'gem.oj': '3.12.0', 'gem.msgpack': '1.5.0' },
      ],
    },
  });
  expect(read([])).toMatchObject({ ok: true, value: { settings: [{}], folders: [] } });
});

test.each([
  ['./my_gem', ['my_gem/my_gem.gemspec'], 'my_gem'],
  ['./a/b/', ['a/b/b.gemspec'], 'a/b'],
  ['.', ['x.gemspec', 'lib/x.rb'], '.'],
])('%s is a folder', (gem, files, folder) => {
  expect(read([gem], { files })).toMatchObject({ ok: true, value: { folders: [folder], wishes: [] } });
});

test.each([
  [['./my_gem'], { files: ['my_gem/lib/x.rb', 'other/x.gemspec'] }, 'holds no gemspec'],
  [['.'], { files: ['my_gem/x.gemspec'] }, 'holds no gemspec'],
  [['oj', 'oj=1.0'], {}, 'oj is given twice'],
  [[], { gemfile: 'Gemfile' }, 'Gemfile is not among the files'],
  [[`oj=${Array.from({ length: 51 }, (_, i) => `1.0.${i}`).join(',')}`], {}, '51 cells of each ruby'],
  [['oj'], { off: true }, 'gems.clients in matrix.yaml'],
  [[], { gemfile: 'Gemfile', files: ['Gemfile'], off: true }, 'gems.clients in matrix.yaml'],
])('%j %j is refused with what is wrong', (gems, more, said) => {
  const asked = read(gems, more);
  expect(asked.ok ? '' : asked.message).toContain(said);
});

test('where no gems are installed a script’s own gemfile is left to itself, and that is said', () => {
  expect(read([], { off: true, inline: true })).toMatchObject({
    ok: true,
    value: { policy: null, notes: [expect.stringContaining('runs as written')] },
  });
  expect(read([], { inline: true })).toMatchObject({ ok: true, value: { notes: [] } });
});
