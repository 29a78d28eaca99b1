import { expect, test } from 'vitest';
import { chosenOptions, STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';

const USUAL = { budgetSeconds: 30 };

test('what nobody names is as usual', () => {
  expect(chosenOptions(USUAL)).toEqual({ ...STANDARD_OPTIONS, budgetSeconds: 30 });
  expect(chosenOptions(USUAL, {}, { explain: undefined })).toEqual(chosenOptions(USUAL));
});

test('who is first wins, with no as well as with yes', () => {
  const request = { keepSleep: false, budgetSeconds: undefined };
  const script = { keepSleep: true, budgetSeconds: 60 };
  expect(chosenOptions(USUAL, request, script)).toMatchObject({ keepSleep: false, budgetSeconds: 60 });
  expect(chosenOptions(USUAL, script, request)).toMatchObject({ keepSleep: true, budgetSeconds: 60 });
});
