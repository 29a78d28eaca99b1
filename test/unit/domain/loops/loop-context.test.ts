import { expect, test } from 'vitest';
import { contextName, parseContextName } from '../../../../src/domain/loops/loop-context.ts';
import type { StretchContext } from '../../../../src/domain/loops/stretch.ts';

const at = (method: string, line: string, rounds: string): StretchContext => ({ method, line, rounds });

test.each<[StretchContext, readonly StretchContext[], string | null]>([
  [at('', '', ''), [], null],
  [at('', '4', ''), [at('', '4', '')], null],
  [at('run', '14', ''), [at('run', '14', '')], 'run'],
  [at('test_strings', '14', ''), [at('test_strings', '14', ''), at('test_points', '10', '')], 'test_strings'],
  [at('work', '5', ''), [at('work', '5', ''), at('work', '6', '')], 'work (called at line 5)'],
  [at('', '5', ''), [at('', '5', ''), at('', '6', '')], 'called at line 5'],
  [at('', '', '2'), [at('', '', '1'), at('', '', '2')], 'round 2'],
  [at('bench', '9', '1,3'), [at('bench', '9', '1,3')], 'bench, round 1,3'],
])('%j among %j is called %j, and read back', (context, others, name) => {
  expect(contextName(context, others)).toBe(name);
  const read = parseContextName(name);
  // Parts that the name leaves out match any.
  for (const part of ['method', 'line', 'rounds'] as const) expect(['', context[part]]).toContain(read[part]);
  if (name !== null) expect(Object.values(read).join('')).not.toBe('');
});
