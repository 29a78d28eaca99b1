import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { TestRegistry } from './a-registry.ts';

const V2 = 'application/vnd.docker.distribution.manifest.v2+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const REPOSITORY = 'library/ruby';

/** A file of an image that is made here. */
interface ImageFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A manifest that was pushed. */
export interface Pushed {
  readonly digest: string;
  readonly size: number;
}

/** Makes a file of bytes that no registry and no disk can compress. */
export function filler(megabytes: number): ImageFile {
  return { name: 'filler', content: randomBytes(megabytes * 1_000_000) };
}

/** Makes a system whose shell is for an arm64 processor: a kernel refuses it by its header alone. */
export function armSystem(): readonly ImageFile[] {
  const content = Buffer.alloc(64);
  content.write('\x7fELF\x02\x01\x01', 'latin1');
  content.writeUInt16LE(2, 16); // an executable
  content.writeUInt16LE(183, 18); // AArch64
  const passwd = Buffer.from('root:x:0:0::/:/bin/sh\n');
  return [
    { name: 'bin/sh', content },
    { name: 'etc/passwd', content: passwd },
  ];
}

/** Pushes an image of one layer as `ruby:TAG`. */
export async function pushImage(
  { url }: TestRegistry,
  tag: string,
  arch: string,
  files: readonly ImageFile[],
): Promise<Pushed> {
  const layer = await tarOf(files);
  const compressed = gzipSync(layer, { level: 1 });
  const config = Buffer.from(
    JSON.stringify({
      architecture: arch,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: V2,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...(await pushBlob(url, config)) },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        ...(await pushBlob(url, compressed)),
      },
    ],
  };
  return pushManifest(url, tag, V2, JSON.stringify(manifest));
}

/** Pushes `ruby:TAG` as a list of platforms that holds one image, for arm64. */
export function pushArmList({ url }: TestRegistry, tag: string, image: Pushed): Promise<Pushed> {
  const platform = { architecture: 'arm64', os: 'linux', variant: 'v8' };
  const manifests = [{ mediaType: V2, ...image, platform }];
  return pushManifest(url, tag, LIST, JSON.stringify({ schemaVersion: 2, mediaType: LIST, manifests }));
}

/** Pushes `ruby:TAG` as images were pushed until about 2017: schema 1, signed by the pusher. */
export async function pushSchema1(
  { url }: TestRegistry,
  tag: string,
  files: readonly ImageFile[],
): Promise<void> {
  const { digest } = await pushBlob(url, gzipSync(await tarOf(files)));
  const history = { id: digest.slice('sha256:'.length), architecture: 'amd64', os: 'linux', config: {} };
  const manifest = {
    schemaVersion: 1,
    name: REPOSITORY,
    tag,
    architecture: 'amd64',
    fsLayers: [{ blobSum: digest }],
    history: [{ v1Compatibility: JSON.stringify(history) }],
  };
  await pushManifest(url, tag, SCHEMA_1, signed(JSON.stringify(manifest, null, 3)));
}

/** Signs JSON with a signature as its last member: a JWS whose payload is the JSON without it. */
function signed(json: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const body = json.slice(0, json.lastIndexOf('\n}'));
  const head = { formatLength: body.length, formatTail: base64('\n}'), time: new Date().toISOString() };
  const protectedPart = base64(JSON.stringify(head));
  const signature = createSign('sha256')
    .update(`${protectedPart}.${base64(json)}`)
    .sign({ key: privateKey, dsaEncoding: 'ieee-p1363' })
    .toString('base64url');
  const header = { alg: 'ES256', jwk: { crv, kty, x, y } };
  return `${body},\n   "signatures": ${JSON.stringify([{ header, signature, protected: protectedPart }])}\n}`;
}

async function pushBlob(url: string, content: Uint8Array): Promise<Pushed> {
  const digest = digestOf(content);
  const begun = await fetch(`${url}/v2/${REPOSITORY}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', url);
  place.searchParams.set('digest', digest);
  await answered(fetch(place, { method: 'PUT', body: Buffer.from(content) }));
  return { digest, size: content.length };
}

async function pushManifest(url: string, tag: string, type: string, body: string): Promise<Pushed> {
  const to = `${url}/v2/${REPOSITORY}/manifests/${tag}`;
  await answered(fetch(to, { method: 'PUT', body, headers: { 'Content-Type': type } }));
  return { digest: digestOf(Buffer.from(body)), size: Buffer.byteLength(body) };
}

async function answered(sent: Promise<Response>): Promise<void> {
  const answer = await sent;
  if (!answer.ok) throw new Error(`the registry says ${answer.status}: ${await answer.text()}`);
}

function tarOf(files: readonly ImageFile[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content } of files) tar.entry({ name, mode: 0o755 }, Buffer.from(content));
  tar.finalize();
  return buffer(tar);
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
