import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { ALLOCATORS } from '../../../domain/cell/axis-values.ts';
import { refuse, type Done } from '../../../domain/result.ts';
import { LABELS } from '../../labels.ts';
import { buildOffline } from '../../follow-to-end.ts';
import type { Base, BaseResult } from '../base/base.ts';
import { findOrMake } from '../base/find-or-make.ts';
import type { SourceContext } from '../base/source-context.ts';
import { BASE_REPOSITORY, shortHash } from '../build/tags.ts';
import { allocatorIn, allocatorLabel } from './allocator-label.ts';
import { fetchPackage, type FetchedPackage } from './debian-archive.ts';
import { lookForLibrary } from './look-for-library.ts';

/** Bump when an allocator is added in another way. */
const RECIPE = 1;

/**
 * Adds an allocator to a base so that its loader finds it: uses the image made before, or installs the
 * package of the base's own distribution unless it has the library already. Failures are values, with what to
 * do.
 */
export async function addAllocator(base: Base, name: string, context: SourceContext): Promise<BaseResult> {
  const tag = `${BASE_REPOSITORY}:${name}-${shortHash([String(RECIPE), name, base.id])}`;
  const found = await findOrMake(
    {
      tag,
      describe: ({ labels }) => ({
        ...base,
        packages: [...base.packages, ...allocatorIn(labels[LABELS.allocator]).packages],
      }),
      make: (inside) => make(base, name, tag, inside),
    },
    context,
  );
  return found.ok ? found : refuse(`${name} cannot be added to ${base.name}: ${found.message}`);
}

async function make(base: Base, name: string, tag: string, context: SourceContext): Promise<Done> {
  const { progress, signal } = context;
  const { library, debianPackages } = ALLOCATORS[name] ?? { library: name, debianPackages: [] };
  const { hasLibrary, id, name: system, suite, arch } = await lookForLibrary(base.id, library, context);
  if (hasLibrary) return build(base, { tag, name, library, found: null }, context);
  const remedy = `or add ${name} to an image of your own (FROM ${base.name}), and measure that with --image`;
  if (id !== 'debian' || suite === '' || arch === '')
    return refuse(
      `its system is ${system}, and only Debian's packages can be added; leave this setting out, ${remedy}`,
    );
  progress(`adding ${name} of Debian ${suite} to ${base.name}`);
  const fetched = await fetchPackage({ names: debianPackages, suite, arch }, signal);
  if (!fetched.ok) return refuse(`${fetched.message}; run this again when that has changed, ${remedy}`);
  return build(base, { tag, name, library, found: fetched.value }, context);
}

interface Addition {
  readonly tag: string;
  readonly name: string;
  /** Name by which the loader looks for it. */
  readonly library: string;
  /** Its package; null where the base has the library already. */
  readonly found: FetchedPackage | null;
}

const PACKAGE_FILE = 'allocator.deb';

/**
 * Writes the script that installs the package, without a network. A suite with an older release of the
 * library has it under another number, so a link with the expected name is made. A loader that reports
 * nothing has found it.
 */
const installation = (packageName: string, library: string): string =>
  [
    'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `dpkg --install /tmp/${PACKAGE_FILE}`,
    `rm /tmp/${PACKAGE_FILE}`,
    `at=$(dpkg -L ${packageName} | grep -m1 '/${library.replace(/\.so\.\d+$/, '')}\\.so\\.[0-9]*$')`,
    `[ -e "$(dirname "$at")/${library}" ] || ln -s "$at" "$(dirname "$at")/${library}"`,
    `said=$(LD_PRELOAD=${library} /bin/sh -c : 2>&1)`,
    '[ -z "$said" ] || { echo "$said"; exit 1; }',
  ].join(' && ');

async function build(
  base: Base,
  { tag, name, library, found }: Addition,
  { docker, signal }: SourceContext,
): Promise<Done> {
  const steps =
    found === null ? '' : `USER root\nCOPY ${PACKAGE_FILE} /tmp/\nRUN ${installation(found.name, library)}\n`;
  const context = pack();
  context.entry({ name: 'Dockerfile' }, `FROM ${base.id}\n${steps}`);
  if (found !== null) context.entry({ name: PACKAGE_FILE }, found.deb);
  context.finalize();
  const labels = { [LABELS.allocator]: allocatorLabel(name, found === null ? [] : [found]) };
  let output = '';
  const onOutput = (text: string): void => void (output = (output + text).slice(-MOST_OUTPUT));
  const files = Readable.from(context, { objectMode: false });
  const built = await buildOffline(docker, files, { tag, labels, onOutput }, signal);
  if (built.ok) return built;
  return refuse(`its package could not be installed (${output.trim().split('\n').slice(-3).join(' | ')})`);
}

const MOST_OUTPUT = 4_096;
