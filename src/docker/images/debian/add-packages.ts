import type Docker from 'dockerode';
import type { Done } from '../../../domain/result.ts';
import type { DebianPackage } from '../../../domain/ruby/debian-packages.ts';
import { packInput } from '../../../engine/plan/pack-files.ts';
import { LABELS, WITHOUT_OWNER, PROJECT, containerLabels } from '../../labels.ts';
import { runToEnd, type CommandEnd } from '../../run/run-to-end.ts';
import type { SourceContext } from '../base/source-context.ts';
import { describeAptError } from './apt-errors.ts';
import { packagesLabel } from './package-list.ts';

/** A request to add packages to a base, under a tag. */
export interface Addition {
  readonly base: string;
  readonly suite: string;
  readonly packages: readonly string[];
  readonly tag: string;
}

const LONGEST_MS = 15 * 60 * 1000;
const MEBIBYTE = 1024 * 1024;
const PROXY_FOLDER = '/etc/apt/apt.conf.d';
const PROXY_FILE = '99matrix-proxy';
/** Marks the versions in the output of the installation. */
const MARK = 'matrix-packages:';

/** Installs packages, which are signed and whose names were checked, and removes apt's temporary files. */
const INSTALL = `set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o Acquire::Retries=3 update
apt-get -q -y --no-install-recommends -o Acquire::Retries=3 install "$@"
echo ${MARK}
dpkg-query -W -f '\${Package}=\${Version}\\n' "$@" || true
apt-get clean
rm -f ${PROXY_FOLDER}/${PROXY_FILE}
rm -rf /var/lib/apt/lists/* /var/log/* /usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/*
`;

/** Rights that dpkg and apt need to unpack files of several owners, and apt to download as a user of its own. */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETGID', 'SETUID', 'SYS_CHROOT'];

/**
 * Adds packages to a base in a separate container, on the engine's network, and stores the result under the
 * tag. Takes about ten seconds. Failures are values, with apt's reason.
 */
export async function addPackages(addition: Addition, context: SourceContext): Promise<Done> {
  const { docker, progress, signal, instance } = context;
  const { suite, packages, base } = addition;
  progress(`adding Debian's packages to ${suite}: ${packages.join(', ')}`);
  const options = {
    Image: base,
    Cmd: ['/bin/sh', '-c', INSTALL, 'sh', ...packages],
    User: '0:0',
    Labels: containerLabels(instance, {}),
    HostConfig: {
      NetworkMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: CAPABILITIES,
      SecurityOpt: ['no-new-privileges'],
      Memory: 1024 * MEBIBYTE,
      PidsLimit: 512,
      LogConfig: { Type: 'none', Config: {} },
    },
  };
  const use = { longestMs: LONGEST_MS, signal, before: configureProxy };
  return runToEnd(docker, options, use, async (ended, container) => {
    if (ended.exitCode !== 0) return { ok: false, message: describeAptError(ended, suite, packages) };
    await commit(container, addition, installed(ended, packages));
    return { ok: true };
  });
}

/** Lists the requested packages with their versions; a virtual package, which others provide, has none. */
function installed({ stdout }: CommandEnd, packages: readonly string[]): readonly DebianPackage[] {
  const lines = stdout.slice(stdout.lastIndexOf(MARK) + MARK.length).split('\n');
  const versions = new Map(
    lines.map((line) => {
      const [name = '', version = ''] = line.trim().split('=');
      return [name, version];
    }),
  );
  return packages.map((name) => ({ name, version: versions.get(name) ?? '' }));
}

async function commit(
  container: Docker.Container,
  { suite, tag }: Addition,
  packages: readonly DebianPackage[],
): Promise<void> {
  const [repo = '', version = ''] = tag.split(':');
  const labels = {
    ...WITHOUT_OWNER,
    [PROJECT.key]: PROJECT.value,
    [LABELS.recipe]: suite,
    [LABELS.packages]: packagesLabel(packages),
  };
  const changes = [
    ...Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`),
    'CMD ["/bin/sh"]',
  ];
  await container.commit({ repo, tag: version, changes, author: 'matrix' });
}

/**
 * Configures apt's proxy, since the mirror may only be reachable by one. The proxy of this process is passed
 * in a file that is removed at the end: a variable of the container would stay in the image, with any login
 * in it.
 */
export function proxySettings(env: Readonly<Record<string, string | undefined>>): string {
  return ['http', 'https']
    .flatMap((scheme) => {
      const url = URL.parse(env[`${scheme}_proxy`] ?? '');
      return url === null || !/^https?:$/.test(url.protocol)
        ? []
        : [`Acquire::${scheme}::Proxy "${url.href.replaceAll('"', '%22')}";\n`];
    })
    .join('');
}

async function configureProxy(container: Docker.Container): Promise<void> {
  const settings = proxySettings(process.env);
  if (settings === '') return;
  const tar = await packInput([{ path: PROXY_FILE, content: Buffer.from(settings) }]);
  await container.putArchive(Buffer.from(tar), { path: PROXY_FOLDER });
}
