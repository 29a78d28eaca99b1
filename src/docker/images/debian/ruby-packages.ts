import { createReadStream } from 'node:fs';
import { glob, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type Docker from 'dockerode';
import type { Instance } from '../../identity.ts';
import { INSPECTION_BOUNDS, USER } from '../../run/hardening.ts';
import { containerLabels } from '../../labels.ts';
import { runToEnd } from '../../run/run-to-end.ts';

/** File with the names of a suite's packages of Ruby libraries, a line each. */
const PATH = '/usr/share/matrix/ruby-packages';
const LONGEST_MS = 30_000;

/**
 * Writes the names of the suite's packages of Ruby libraries into a root file system, from which apt's own
 * lists are removed.
 */
export async function writeRubyPackages(folder: string): Promise<void> {
  const names = new Set<string>();
  for await (const list of glob(join(folder, 'var/lib/apt/lists/*_Packages'))) {
    for (const name of await namesIn(list)) names.add(name);
  }
  const file = join(folder, PATH);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    [...names]
      .toSorted()
      .map((name) => `${name}\n`)
      .join(''),
  );
}

/** Reads the names of packages about Ruby from apt's lists. */
async function namesIn(list: string): Promise<readonly string[]> {
  const names: string[] = [];
  let name = '';
  for await (const line of createInterface({ input: createReadStream(list) })) {
    if (line.startsWith('Package: ')) name = line.slice('Package: '.length).trim();
    else if (/^Section: (?:\S+\/)?ruby\s*$/.test(line)) names.push(name);
  }
  return names;
}

/** Reads the names from an image that was made of that file system; none where it has none. */
export async function readRubyPackages(
  docker: Docker,
  image: string,
  instance: Instance,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const options = {
    Image: image,
    Entrypoint: [],
    Cmd: ['cat', PATH],
    User: USER,
    Labels: containerLabels(instance, {}),
    HostConfig: { ...INSPECTION_BOUNDS, ReadonlyRootfs: true },
  };
  const use = { longestMs: LONGEST_MS, signal };
  return runToEnd(docker, options, use, async ({ stdout }) => new Set(stdout.split('\n').filter(Boolean)));
}
