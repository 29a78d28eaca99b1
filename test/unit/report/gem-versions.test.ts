import { expect, test } from 'vitest';
import { footnotes } from '../../../src/report/footnotes.ts';
import { stackTexts } from '../../../src/report/explain/stack-text.ts';
import { clean, environment, leak, record } from './records.ts';

const resolvedTo = (version: string) => ({
  ...environment('Debian', 'glibc'),
  gems: [{ name: 'oj', version }],
});

test('a gem that is resolved to another version is told, for that may be what decides', () => {
  const cells = [
    { ...leak('2.3.6'), environment: resolvedTo('3.11.8') },
    { ...clean('3.1.2'), environment: resolvedTo('3.12.0') },
  ];
  expect(footnotes(record(cells))).toContain(
    'oj is not the same everywhere: 3.11.8 (2.3.6) and 3.12.0 (3.1.2).',
  );
});

test('not where the versions were asked for', () => {
  const cells = ['3.11.8', '3.12.0'].map((version) => ({
    ...leak(`3.1.2+gem.oj=${version}`),
    settings: { 'gem.oj': version },
    environment: resolvedTo(version),
  }));
  expect(footnotes(record(cells)).join()).not.toContain('not the same');
});

test('a line of a gem is told by the gem, its version and its path in there', () => {
  const frame = {
    function: 'oj_parse',
    library: 'oj.so',
    offset: 1,
    source: { file: '/opt/matrix-gems/gems/oj-3.12.0/ext/oj/oj.c', line: 9 },
    inlined: false,
  };
  expect(stackTexts([frame])).toEqual(['oj.so: oj_parse (oj 3.12.0 ext/oj/oj.c:9)']);
});
