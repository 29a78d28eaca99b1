import { expect, it } from 'vitest';
import { nativeSource, releaseTag, rubySource } from '../../../../src/report/picture/source-link.ts';
import { frames, place } from '../explain/findings.ts';

it.each([
  ['2.3.6', 'v2_3_6'],
  ['3.4.10', 'v3_4_10'],
  ['4.0.0', 'v4.0.0'],
  ['my-ruby-build', null],
  ['all-ruby/2.3.6', null],
])('the tag of %s is %s', (ruby, tag) => {
  expect(releaseTag(ruby)).toBe(tag);
});

const BLOB = 'https://github.com/ruby/ruby/blob';

it.each([
  ['/usr/src/ruby/string.c', `${BLOB}/v2_3_6/string.c#L12`],
  ['string.c', `${BLOB}/v2_3_6/string.c#L12`],
  ['./include/ruby/ruby.h', `${BLOB}/v2_3_6/include/ruby/ruby.h#L12`],
  ['/usr/src/ruby/ext/zlib/zlib.c', `${BLOB}/v2_3_6/ext/zlib/zlib.c#L12`],
  ['/usr/src/ruby/thread_pthread.c', `${BLOB}/v2_3_6/thread_pthread.c#L12`],
  ['/usr/src/ruby/insns.def', `${BLOB}/v2_3_6/insns.def#L12`],
  ['/usr/src/ruby/vm.inc', null],
  ['/opt/matrix-gems/gems/oj-3.12.0/ext/oj/oj.c', null],
  ['/usr/include/x86_64-linux-gnu/bits/string3.h', null],
])('C code of %s is at %s', (file, address) => {
  const [frame] = frames('rb_str_resize');
  expect(nativeSource(frame!, { file, line: 12 }, '2.3.6')).toBe(address);
});

it('code of another library is not in the repository', () => {
  const [frame] = frames('libz.so.1:deflateInit2_');
  expect(nativeSource(frame!, { file: 'deflate.c', line: 12 }, '2.3.6')).toBeNull();
});

it.each([
  ['<internal:gc>', `${BLOB}/v3_1_2/gc.rb#L35`],
  ['/usr/local/lib/ruby/3.1.0/set.rb', `${BLOB}/v3_1_2/lib/set.rb#L35`],
  ['/usr/local/lib/ruby/3.1.0/json/common.rb', `${BLOB}/v3_1_2/ext/json/lib/json/common.rb#L35`],
  [
    '<internal:/usr/local/lib/ruby/3.1.0/rubygems/core_ext/kernel_require.rb>',
    `${BLOB}/v3_1_2/lib/rubygems/core_ext/kernel_require.rb#L35`,
  ],
  ['/usr/lib/ruby/vendor_ruby/rubygems.rb', null],
  ['/usr/local/lib/ruby/3.1.0/x86_64-linux/rbconfig.rb', null],
  ['/usr/local/lib/ruby/gems/3.1.0/gems/oj-3.12.0/lib/oj.rb', null],
  ['/app/config/environment.rb', null],
])('Ruby code of %s is at %s', (file, address) => {
  expect(rubySource(place(file, 35), '3.1.2')).toBe(address);
});

it('a line that nobody knows has no address', () => {
  expect(rubySource(place('<internal:gc>', 0), '3.1.2')).toBeNull();
});
