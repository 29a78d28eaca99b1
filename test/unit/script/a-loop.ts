import type { ScriptLoop } from '../../../src/domain/loops/script-loop.ts';

/** Makes a loop of a script as the plan describes it; by default a single `times` at line 1. */
export const aLoop = (more: Partial<ScriptLoop> = {}): ScriptLoop => ({
  line: 1,
  endLine: more.line ?? 1,
  kind: 'times',
  role: 'driven',
  method: null,
  count: null,
  final: true,
  canContinue: true,
  subject: true,
  endless: false,
  around: [],
  ...more,
});
