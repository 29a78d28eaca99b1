import type Docker from 'dockerode';
import { EngineError, type CellSpec, type PreparedImage, type SupervisorEnv } from '../../engine/ports.ts';
import type { Instance } from '../identity.ts';
import { containerLabels } from '../labels.ts';
import { NO_NETWORK, USER_ID, hardenedHostConfig, type EngineFeatures } from './hardening.ts';

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
    ...(resolvesNames(image, spec) ? {} : NO_NETWORK),
    // An image's own health check would run beside the script.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hardenedHostConfig(spec.limits, features, { user, group, writable }),
  };
}

/** Words of which one is in any script that resolves the name of a host, such as localhost. */
const OF_NAMES = /host|socket|net|http|tcp|udp|dru?by?|resolv|server|rack|rails|smtp|ftp|imap|dns|addr/i;
/** More than a script has: the files of an app, which mentions hosts somewhere, and take long to search. */
const LARGE = 512 * 1024;
const COMMENT_LINES = /^[ \t]*#.*$/gm;

/** Tells whether a script may resolve the name of a host: then it needs the /etc/hosts that the engine mounts. */
function resolvesNames({ gems, own, packages }: PreparedImage, { input }: CellSpec): boolean {
  if ((gems ?? null) !== null || own !== undefined || (packages ?? []).length > 0) return true;
  if (input.length > LARGE) return true;
  return OF_NAMES.test(Buffer.from(input).toString('latin1').replace(COMMENT_LINES, ''));
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
