import { Readable } from 'node:stream';
import { join } from 'node:path';
import tar from 'tar-fs';
import { refuse, type Done } from '../../../domain/result.ts';
import type { FolderSource } from '../../../domain/ruby/ruby.ts';
import { LABELS, ownFilter } from '../../labels.ts';
import { buildOffline } from '../../follow-to-end.ts';
import type { BaseResult } from '../base/base.ts';
import { findOrMake } from '../base/find-or-make.ts';
import type { SourceContext } from '../base/source-context.ts';
import { BASE_REPOSITORY, shortHash, tagPart } from '../build/tags.ts';
import { baseFromDebian } from '../debian/debian-source.ts';
import type { ChosenBase } from './choose-base.ts';
import { belongs } from './read-folder.ts';

/** Bump when a folder is put into an image in another way. */
const RECIPE = 1;

/** Finds or makes a Debian base with the ruby of a folder in place of Debian's own. */
export async function baseFromFolder(source: FolderSource, context: SourceContext): Promise<BaseResult> {
  const { name, suite, hash, prefix, packages = [] } = source;
  const under = await baseFromDebian({ kind: 'debian', suite, packages }, context);
  if (!under.ok) return under;
  const parts = [String(RECIPE), hash, prefix, under.value.id];
  const tag = `${BASE_REPOSITORY}:folder-${tagPart(name)}-${shortHash(parts)}`;
  return findOrMake(
    {
      tag,
      describe: () => ({
        source: 'folder',
        name: `${name} on debian:${suite}`,
        // The content of the folder identifies the ruby, wherever it was packed.
        digest: digestOf(hash),
        ruby: join(prefix, 'bin/ruby'),
        packages: under.value.packages,
      }),
      make: (inside) => {
        inside.progress(`packing ${name} into an image on debian:${suite}`);
        return build(source, tag, under.value.reference, inside);
      },
    },
    context,
  );
}

/** Finds the base that a folder of this content was packed on before; null where it never was. */
export async function packedBefore(hash: string, { docker }: SourceContext): Promise<ChosenBase | null> {
  const filters = ownFilter({ [LABELS.digest]: digestOf(hash) });
  for (const { Labels } of await docker.listImages({ filters })) {
    const text = Labels?.[LABELS.folder];
    if (text !== undefined) return JSON.parse(text) as ChosenBase;
  }
  return null;
}

export const digestOf = (hash: string): string => `sha256:${hash}`;

/** Removes Debian's own ruby, which would be found where the other one lacks a file of that name. */
export const DEBIANS_RUBY =
  'rm -rf /usr/lib/ruby /usr/lib/*/ruby /usr/lib/*/libruby* /usr/share/rubygems-integration /var/lib/gems ' +
  '/usr/bin/ruby* /usr/bin/gem* /usr/bin/irb* /usr/bin/erb* /usr/bin/ri* /usr/bin/rdoc* /usr/bin/rake* /usr/bin/bundle*';

/** Lists the folders above the prefix, which everybody must be able to enter: it may be in someone's home. */
const openAbove = (prefix: string): string =>
  prefix
    .split('/')
    .slice(1)
    .map((_, i, parts) => `/${parts.slice(0, i + 1).join('/')}`)
    .join(' ');

async function build(
  source: FolderSource,
  tag: string,
  from: string,
  { docker, signal }: SourceContext,
): Promise<Done> {
  const { prefix, hash, suite, lacks } = source;
  const dockerfile = `FROM ${from}\nRUN ${DEBIANS_RUBY}\nCOPY ruby ${prefix}\nRUN chmod a+rx ${openAbove(prefix)}\n`;
  const labels = {
    [LABELS.recipe]: suite,
    [LABELS.digest]: digestOf(hash),
    [LABELS.folder]: JSON.stringify({ suite, lacks }),
  };
  const built = await buildOffline(docker, packFolder(source, dockerfile), { tag, labels }, signal);
  return built.ok ? built : refuse(`it could not be packed into an image: ${built.message}`);
}

/** Packs the folder as files of root that everybody may read, never setuid, with the Dockerfile beside it. */
function packFolder({ folder }: FolderSource, dockerfile: string): Readable {
  const packed = tar.pack(folder, {
    strict: false,
    ignore: (path) => !belongs(path.slice(folder.length + 1)),
    map: (header) => ({
      ...header,
      name: join('ruby', header.name),
      mode: header.type === 'directory' || ((header.mode ?? 0) & 0o111) !== 0 ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
    }),
    finalize: false,
    finish: (pack) => {
      pack.entry({ name: 'Dockerfile' }, dockerfile);
      pack.finalize();
    },
  });
  return Readable.from(packed, { objectMode: false });
}
