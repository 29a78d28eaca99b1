import { expect, test } from 'vitest';
import {
  parseGem,
  parseGemList,
  policyForClients,
  STANDARD_GEM_POLICY,
} from '../../../../src/domain/ruby/gems.ts';

test.each([
  ['oj', { name: 'oj', versions: [] }],
  ['oj=3.11.8, 3.12.0,3.12.0', { name: 'oj', versions: ['3.11.8', '3.12.0'] }],
  ['a_b-c.d=1.0.0.pre1', { name: 'a_b-c.d', versions: ['1.0.0.pre1'] }],
])('--gem %s', (text, value) => {
  expect(parseGem(text)).toEqual({ ok: true, value });
});

test.each([
  ['', 'not the name of a gem'],
  ['-oj', 'not the name of a gem'],
  ['o j', 'not the name of a gem'],
  ["oj'; exit", 'not the name of a gem'],
  ['oj=', 'an empty version is not a version'],
  ['oj=1.0,', 'an empty version is not a version'],
  ['oj=latest', 'latest is not a version'],
  ['oj=1.0 or 2', '1.0 or 2 is not a version'],
])('--gem %s is refused with what is wrong', (text, said) => {
  const read = parseGem(text);
  expect(read.ok ? '' : read.message).toContain(said);
});

test('what the label of an image says of its gems', () => {
  expect(parseGemList('oj 3.12.0,a-b 1.0')).toEqual([
    { name: 'oj', version: '3.12.0' },
    { name: 'a-b', version: '1.0' },
  ]);
  expect(parseGemList('')).toEqual([]);
});

test('clients of a service have gems only where the operator says so', () => {
  expect(policyForClients(STANDARD_GEM_POLICY)).toBeNull();
  expect(policyForClients({ ...STANDARD_GEM_POLICY, clients: true })).toMatchObject({ clients: true });
});
