import { cpus, hostname } from 'node:os';
import type { Host } from '../../domain/measurement/outcome.ts';
import type { Engine } from '../connection/connect.ts';

/** Describes the machine that an engine's containers run on. */
export async function describeHost({ docker, kernel, arch }: Engine): Promise<Host> {
  const { Name: name = '?' } = (await docker.info()) as { Name?: string };
  // An engine says how many processors it has, not of which model: that can be read where it runs on this machine.
  const model = name === hostname() ? cpus()[0]?.model.trim() : undefined;
  return { name, processor: model === undefined || model === '' ? arch : model, kernel };
}
