import { expect, test } from 'vitest';
import { FrameReader } from '../../../src/protocol/frame-reader.ts';

const FAILED = '{"t":"failed","message":"x"}';
const failed = { t: 'failed', message: 'x' };

test('a frame without the key is foreign once the supervisor has spoken with it', () => {
  const reader = new FrameReader('k1');
  expect(reader.read(FAILED)).toEqual(failed); // before there was a script
  expect(reader.read(`k1 ${FAILED}`)).toEqual(failed);
  expect(reader.read(FAILED)).toEqual({ t: 'foreign', line: '' });
  expect(reader.read(`k2 ${FAILED}`)).toEqual({ t: 'foreign', line: '' });
  expect(reader.read('k1 rubbish')).toBeNull();
});
