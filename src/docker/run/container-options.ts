import type Docker from 'dockerode';
import { EngineError, type CellSpec, type PreparedImage, type SupervisorEnv } from '../../engine/ports.ts';
import type { Instance } from '../identity.ts';
import { containerLabels } from '../labels.ts';
import { USER_ID, hardenedHostConfig, type EngineFeatures } from './hardening.ts';

/** Makes the options of a cell's container. */
export function containerOptions(
  image: PreparedImage,
  spec: CellSpec,
  instance: Instance,
  features: EngineFeatures,
): Docker.ContainerCreateOptions {
  const { user, group, writable } = image.own ?? { user: USER_ID, group: USER_ID, writable: [] };
  if (user === 0) throw new EngineError(`${image.base} would run as root: let it name another USER`);
  return {
    Image: image.tag,
    Hostname: 'matrix',
    User: `${user}:${group}`,
    Labels: containerLabels(instance, spec.labels),
    ...ATTACHED,
    // An image's own health check would run beside the script.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hardenedHostConfig(spec.limits, features, { user, group, writable }),
  };
}

/** Encodes what the supervisor reads before its input, lengths first: images/supervisor/input.h. */
export function inputHead(
  { input, frameKey }: Pick<CellSpec, 'input' | 'frameKey'>,
  env: SupervisorEnv,
  { runtime, ownKernel }: EngineFeatures,
): Buffer {
  const settings = {
    ...env,
    ...(runtime === null ? {} : { MATRIX_RUNTIME: runtime }),
    ...(ownKernel ? { MATRIX_OWN_KERNEL: '1' } : {}),
  };
  const variables = Object.entries(settings).map(([name, value]) => `${name}=${value}\0`);
  const text = variables.join('');
  return Buffer.from(`${input.length} ${frameKey} ${Buffer.byteLength(text)}\n${text}`);
}

/** Options of a container that gets its input once, and whose output is read as it comes. */
export const ATTACHED = {
  AttachStdin: true,
  AttachStdout: true,
  AttachStderr: true,
  OpenStdin: true,
  StdinOnce: true,
  Tty: false,
} as const satisfies Docker.ContainerCreateOptions;
