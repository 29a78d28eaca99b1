import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A login as the engine's API takes it; a token replaces name and password. */
export type RegistryLogin = { readonly serveraddress: string } & (
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string }
);

/** The file that `docker login` wrote. */
interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly identitytoken?: string } | undefined>
  >;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string | undefined>>;
}

/** The name under which Docker's client keeps the login of Docker Hub. */
const HUB_ADDRESS = 'https://index.docker.io/v1/';
/** Longest time of a helper: it may ask the user to open a key ring, and must not block a run forever. */
const HELPER_MS = 20_000;

/**
 * Finds the login that `docker login` stored for a registry, as Docker's own client does: the helper of that
 * registry, the helper of all, the file. The engine knows none of this: the client of a pull sends the login
 * along. Null when there is none, or when it cannot be read; the pull then reports that one is needed.
 * @param configFolder folder of Docker's config.json
 * @param registry host, and port where it has one; `docker.io` for Docker Hub
 */
export async function loginFor(configFolder: string, registry: string): Promise<RegistryLogin | null> {
  const config = await readConfig(join(configFolder, 'config.json'));
  if (config === null) return null;
  const { auths = {}, credHelpers = {}, credsStore } = config;
  const address = addressIn([...Object.keys(credHelpers), ...Object.keys(auths)], registry);
  const helper = credHelpers[address] ?? credsStore;
  if (helper) return (await askHelper(helper, address)) ?? fromFile(auths[address], address);
  return fromFile(auths[address], address);
}

/** Finds the name of a registry in the file, which may have a scheme and a path. */
function addressIn(known: readonly string[], registry: string): string {
  const wanted = registry === 'docker.io' ? 'index.docker.io' : registry;
  const plain = registry === 'docker.io' ? HUB_ADDRESS : registry;
  if (known.includes(plain)) return plain;
  return known.find((address) => hostOf(address) === wanted) ?? plain;
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

function fromFile(
  entry: { readonly auth?: string; readonly identitytoken?: string } | undefined,
  serveraddress: string,
): RegistryLogin | null {
  if (entry?.identitytoken) return { serveraddress, identitytoken: entry.identitytoken };
  const text = Buffer.from(entry?.auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  // Docker pads the text with zero bytes.
  const password = text.slice(colon + 1).replaceAll('\0', '');
  return { serveraddress, username: text.slice(0, colon), password };
}

/** Asks a program such as `docker-credential-osxkeychain`; null when it does not exist or has no login. */
async function askHelper(name: string, serveraddress: string): Promise<RegistryLogin | null> {
  const answer = Promise.withResolvers<string | null>();
  const child = execFile(`docker-credential-${name}`, ['get'], { timeout: HELPER_MS }, (error, stdout) =>
    answer.resolve(error === null ? stdout : null),
  );
  child.stdin?.on('error', () => answer.resolve(null)).end(serveraddress);
  const text = await answer.promise;
  const { Username, Secret } = (parse(text) ?? {}) as { Username?: string; Secret?: string };
  if (!Username || !Secret) return null;
  if (Username === '<token>') return { serveraddress, identitytoken: Secret };
  return { serveraddress, username: Username, password: Secret };
}

async function readConfig(path: string): Promise<DockerConfig | null> {
  return parse(await readFile(path, 'utf8').catch(() => null)) as DockerConfig | null;
}

function parse(text: string | null): unknown {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
