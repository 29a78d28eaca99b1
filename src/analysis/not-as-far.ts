import { grouped } from '../domain/digits.ts';
import type { Verdict } from '../domain/measurement/verdict.ts';
import type { Ended } from './ended.ts';
import { inconclusiveCode, remedyFor } from './reason.ts';

/** Makes the verdict on a loop that was clean so far, but ran fewer iterations than requested. */
export const notAsFar = ({ growth, smallestDetectable }: Verdict, asked: number, ended: Ended): Verdict => ({
  kind: 'inconclusive',
  code: inconclusiveCode(ended, true),
  reason: `${ended.text}, clean as far as it went, and at least ${grouped(asked)} were asked for; ${remedyFor(ended)}`,
  growth,
  smallestDetectable,
});
