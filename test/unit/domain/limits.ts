import type { Limits } from '../../../src/domain/ruby/ruby.ts';

/** Limits as the shipped matrix has them. */
export const LIMITS: Limits = {
  memoryMiB: 512,
  cpus: 1,
  pids: 64,
  openFiles: 256,
  tmpfsMiB: 64,
  outputKiB: 1024,
  scriptKiB: 256,
  startSeconds: 60,
  maxBudgetSeconds: 600,
};
