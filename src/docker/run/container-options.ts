import type Docker from 'dockerode';
import { EngineError, type CellSpec, type PreparedImage } from '../../engine/ports.ts';
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
    Env: Object.entries({ ...spec.env, ...runtimeEnv(features) }).map(([name, value]) => `${name}=${value}`),
    Labels: containerLabels(instance, spec.labels),
    ...ATTACHED,
    // An image's own health check would run beside the script.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hardenedHostConfig(spec.limits, features, { user, group, writable }),
  };
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

/** Makes the variables that describe the sandbox to the supervisor. */
function runtimeEnv({ runtime, ownKernel }: EngineFeatures): Readonly<Record<string, string>> {
  return {
    ...(runtime === null ? {} : { MATRIX_RUNTIME: runtime }),
    ...(ownKernel ? { MATRIX_OWN_KERNEL: '1' } : {}),
  };
}
