import { expect, test } from 'vitest';
import { refusalOf } from '../../../../src/engine/fleet/refusal.ts';

const NOW = '2026-11-26T12:00:00.000Z';
const PARTS = { analysis: 'a', images: 'i', engine: 'e' };
const worker = (more: object = {}) => ({
  name: 'w1',
  host: { name: 'w1', processor: 'x', kernel: '6.1' },
  arch: 'amd64',
  places: 2,
  labels: {},
  version: '0.1.0',
  parts: PARTS,
  clock: NOW,
  ...more,
});

test('a worker of the same version, with the right time, is accepted', () => {
  expect(refusalOf(worker({ labels: { arch: 'amd64' } }), PARTS, '2026-11-26T12:00:04.000Z')).toBeNull();
});

test('other parts are refused by their names, also those that only one of both has', () => {
  const parts = { analysis: 'other', images: 'i', engine: 'e', script: 's' };
  expect(refusalOf(worker({ parts, version: '0.0.9' }), PARTS, NOW)).toBe(
    'the worker w1 (version 0.0.9) measures with other parts than the service: analysis, script. ' +
      'Install the same version on both',
  );
});

test.each([
  ['2026-11-26T12:01:00.000Z', '60 s ahead of'],
  ['2026-11-26T11:59:50.000Z', '10 s behind'],
])('a clock that says %s is refused: %s', (clock, words) => {
  expect(refusalOf(worker({ clock }), PARTS, NOW)).toContain(words);
});

test('a label that contradicts the engine is refused', () => {
  expect(refusalOf(worker({ labels: { arch: 'arm64' } }), PARTS, NOW)).toContain('its engine runs amd64');
});
