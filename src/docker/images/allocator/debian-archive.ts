import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import { refuse, type Result } from '../../../domain/result.ts';
import { engineMessage } from '../../connection/engine-errors.ts';

/** Archives of Debian's packages: of supported suites, then of closed ones. */
const ARCHIVES = ['https://deb.debian.org/debian', 'https://archive.debian.org/debian'] as const;

/** A package to download: any of the names, for the suite and the architecture of an image. */
export interface WantedPackage {
  readonly names: readonly string[];
  readonly suite: string;
  readonly arch: string;
}

/** A package as it was downloaded. */
export interface FetchedPackage {
  readonly name: string;
  readonly version: string;
  readonly deb: Buffer;
}

type Listed = Pick<FetchedPackage, 'name' | 'version'> & {
  readonly path: string;
  readonly sha256: string;
};

const LONGEST_MS = 5 * 60_000;
/** Most bytes of a package: an allocator's library takes a quarter of a megabyte. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Downloads a package from the first archive that has its suite, on this machine, over TLS, and checks it by
 * the hash in the list of its suite. Failures are values, with the reason.
 */
export async function fetchPackage(
  wanted: WantedPackage,
  signal: AbortSignal,
  archives: readonly string[] = ARCHIVES,
): Promise<Result<FetchedPackage>> {
  const { names, suite, arch } = wanted;
  const until = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  for (const archive of archives) {
    try {
      const listed = await findListed(archive, wanted, until);
      if (listed === 'no suite') continue;
      if (listed === null) return refuse(`Debian ${suite} has no package ${names.join(' or ')} for ${arch}`);
      const deb = await download(`${archive}/${listed.path}`, until);
      if (createHash('sha256').update(deb).digest('hex') !== listed.sha256)
        return refuse(`${archive}/${listed.path} is not what the list of its suite says it is`);
      return { ok: true, value: { name: listed.name, version: listed.version, deb } };
    } catch (error) {
      signal.throwIfAborted();
      return refuse(
        `Debian's packages cannot be reached (${new URL(archive).host}: ${engineMessage(error)})`,
      );
    }
  }
  const hosts = archives.map((archive) => new URL(archive).host).join(' nor ');
  return refuse(`neither ${hosts} has packages of Debian ${suite} for ${arch}`);
}

/** Finds a package in the list of a suite, read as a stream: it has fifty megabytes of text. */
async function findListed(
  archive: string,
  { names, suite, arch }: WantedPackage,
  signal: AbortSignal,
): Promise<Listed | 'no suite' | null> {
  const response = await get(`${archive}/dists/${suite}/main/binary-${arch}/Packages.gz`, signal);
  if (response === null) return 'no suite';
  const text = createGunzip();
  response.on('error', (error) => text.destroy(error)).pipe(text);
  try {
    let rest = '';
    for await (const chunk of text.setEncoding('utf8') as AsyncIterable<string>) {
      const paragraphs = (rest + chunk).split('\n\n');
      rest = paragraphs.pop() ?? '';
      const found = paragraphs.map(readParagraph).find((one) => one !== null && names.includes(one.name));
      if (found) return found;
    }
    return null;
  } finally {
    response.destroy();
  }
}

function readParagraph(text: string): Listed | null {
  const of = (field: string): string => new RegExp(`^${field}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const name = /^Package: (.*)/.exec(text.trimStart())?.[1];
  return name === undefined
    ? null
    : { name, version: of('Version'), path: of('Filename'), sha256: of('SHA256') };
}

async function download(address: string, signal: AbortSignal): Promise<Buffer> {
  const response = await get(address, signal);
  if (response === null) throw new Error(`${address} is not there`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`${address} is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Sends a GET, through the proxy that the environment names; null: there is no such file. */
async function get(address: string, signal: AbortSignal): Promise<IncomingMessage | null> {
  const { Agent, get: send } = address.startsWith('https:') ? https : http;
  const agent = new Agent({ proxyEnv: process.env });
  const [response] = (await once(send(address, { agent, signal }), 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  response.destroy();
  if (response.statusCode === 404) return null;
  throw new Error(`it answers ${response.statusCode} for ${new URL(address).pathname}`);
}
