import { containerLabels } from '../../labels.ts';
import { INSPECTION_BOUNDS, USER } from '../../run/hardening.ts';
import { runToEnd } from '../../run/run-to-end.ts';
import type { SourceContext } from '../base/source-context.ts';

/** What an image reports about a library and about its distribution. */
export interface Distribution {
  readonly hasLibrary: boolean;
  /** As os-release has it: `debian`, `alpine`; empty where it says nothing. */
  readonly id: string;
  /** `Debian GNU/Linux 8 (jessie)`. */
  readonly name: string;
  /** Suite of a Debian, `jessie`; empty elsewhere. */
  readonly suite: string;
  /** In Debian's words, `amd64`; empty where there is no dpkg. */
  readonly arch: string;
}

const LONGEST_MS = 60_000;

/**
 * Script that prints a line for each answer. A loader that does not find a library to preload reports that.
 */
const QUESTIONS = `
ID= PRETTY_NAME= VERSION= VERSION_CODENAME=
[ ! -r /etc/os-release ] || . /etc/os-release
echo "id=$ID"
echo "name=$PRETTY_NAME"
echo "version=$VERSION"
echo "suite=$VERSION_CODENAME"
echo "arch=$(dpkg --print-architecture 2>/dev/null)"
said=$(LD_PRELOAD=$1 /bin/sh -c : 2>&1)
[ -n "$said" ] || echo "library=here"
`;

/** Asks an image whether its loader finds a library, and which distribution it has. */
export async function lookForLibrary(
  image: string,
  library: string,
  { docker, signal, instance }: SourceContext,
): Promise<Distribution> {
  const options = {
    Image: image,
    Entrypoint: ['/bin/sh', '-c', QUESTIONS, 'sh', library],
    Cmd: [],
    User: USER,
    WorkingDir: '/',
    Labels: containerLabels(instance, {}),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { ...INSPECTION_BOUNDS, ReadonlyRootfs: true },
  };
  const use = { longestMs: LONGEST_MS, signal };
  return runToEnd(docker, options, use, async ({ stdout }) => readAnswers(stdout));
}

/** Reads what an image answered. Releases of Debian before 9 name their suite in the version alone: `8 (jessie)`. */
export function readAnswers(stdout: string): Distribution {
  const of = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  const id = of('id');
  const suite = of('suite') || (/\((\w+)\)/.exec(of('version'))?.[1] ?? '');
  return {
    hasLibrary: of('library') === 'here',
    id,
    name: of('name') || id || 'an unknown distribution',
    suite: id === 'debian' ? suite : '',
    arch: of('arch'),
  };
}
