import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { execa } from 'execa';
import { extract } from 'tar-stream';
import { STANDARD_GEM_POLICY, type GemPolicy } from '../../../src/domain/ruby/gems.ts';
import { pathOf, type Harness } from '../../harness.ts';

/** A gem source on loopback: the gems of test/gems, built and indexed by the ruby of an image. */
export interface GemIndex extends AsyncDisposable {
  /** Gems from there, with what else a matrix may say. */
  policy(more?: Partial<GemPolicy>): GemPolicy;
  /** Paths that were requested. */
  readonly asked: string[];
}

/** Serves the index that the first ruby of a harness makes. */
export async function serveGemIndexOf({ rubies, containers }: Harness): Promise<GemIndex> {
  const prepared = await containers.prepare(rubies[0]!, () => {}, new AbortController().signal);
  if (!prepared.ok) throw new Error(prepared.message);
  return serveGemIndex(prepared.value.tag);
}

/**
 * Serves the index that the ruby of an image makes.
 * @param image whose RubyGems still has `gem generate_index` (2.x to 3.4)
 */
async function serveGemIndex(image: string): Promise<GemIndex> {
  const files = await indexFiles(image);
  for (const [path, content] of compactIndex([...files.keys()])) files.set(path, content);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const content = files.get(path);
    if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    policy: (more = {}) => ({ ...STANDARD_GEM_POLICY, source: `http://127.0.0.1:${port}`, ...more }),
    [Symbol.asyncDispose]: () => closed(server),
  };
}

/** Writes the compact index of rubygems.org, which `gem generate_index` does not write. */
function compactIndex(paths: readonly string[]): ReadonlyMap<string, Buffer> {
  const gems = paths.flatMap((path) => {
    const [, name, version] = /^\/gems\/(.+)-(\d[^-]*)\.gem$/.exec(path) ?? [];
    return name === undefined || version === undefined ? [] : [{ name, version }];
  });
  const infos = [...Map.groupBy(gems, ({ name }) => name)].map(([name, those]) => {
    const lines = those.map(({ version }) => `${version} |checksum:0`);
    return [`/info/${name}`, Buffer.from(`---\n${lines.join('\n')}\n`)] as const;
  });
  return new Map(infos);
}

async function indexFiles(image: string): Promise<Map<string, Buffer>> {
  const script = await readFile(pathOf('test/gems/make-index.sh'), 'utf8');
  const sources = execa('tar', ['-C', pathOf('test/gems'), '-cf', '-', '.'], { encoding: 'buffer' });
  const run = [
    'run',
    '-i',
    '--rm',
    '--network',
    'none',
    '--user',
    '0:0',
    '--entrypoint',
    'sh',
    image,
    '-c',
    script,
  ];
  const built = await execa('docker', run, { input: (await sources).stdout, encoding: 'buffer' });
  const entries = extract();
  entries.end(built.stdout);
  const files = new Map<string, Buffer>();
  for await (const entry of entries) {
    if (entry.header.type === 'file') files.set(posix.join('/', entry.header.name), await buffer(entry));
    else entry.resume();
  }
  return files;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
