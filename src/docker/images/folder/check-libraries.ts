import { join } from 'node:path';
import type Docker from 'dockerode';
import tar from 'tar-fs';
import { Readable } from 'node:stream';
import { INSPECTION_BOUNDS, USER } from '../../run/hardening.ts';
import { containerLabels } from '../../labels.ts';
import { runToEnd } from '../../run/run-to-end.ts';
import type { SourceContext } from '../base/source-context.ts';
import type { RubyFolder } from './read-folder.ts';

/** Libraries that a ruby's programs need and a base lacks. */
export interface Missing {
  /** Libraries of the interpreter itself, without which nothing starts. */
  readonly ofRuby: readonly string[];
  /** Extensions, each with the library it lacks: `openssl.so: libssl.so.1.1`. */
  readonly ofExtensions: readonly string[];
}

const LONGEST_MS = 120_000;
const FOLDER = 'matrix-ruby';

/**
 * Script in which the base's own loader looks up what every program is linked to; it prints a line for each
 * missing library.
 */
const LOOK = `
cd /${FOLDER}
export LD_LIBRARY_PATH=$(find "$PWD" -name 'libruby*.so*' -exec dirname {} + | sort -u | tr '\\n' ':')
find . -type f | while read -r file; do
  ldd "$file" 2>&1 | sed -n -e "s|^[[:space:]]*\\([^ ]*\\) => not found.*|missing \${file#./} \\1|p" \\
    -e "s|.*version .\\(GLIBC[^']*\\)' not found.*|missing \${file#./} \\1|p"
done
echo done
`;

/** Finds out which libraries a base lacks for a ruby; null where the base could not be asked. */
export async function missingLibraries(
  base: string,
  ruby: RubyFolder,
  { docker, instance, signal }: SourceContext,
): Promise<Missing | null> {
  const options: Docker.ContainerCreateOptions = {
    Image: base,
    Cmd: ['/bin/sh', '-c', LOOK],
    User: USER,
    Labels: containerLabels(instance, {}),
    // The programs are copied into the container.
    HostConfig: INSPECTION_BOUNDS,
  };
  const before = (container: Docker.Container): Promise<unknown> =>
    container.putArchive(programsOf(ruby), { path: '/' });
  return runToEnd(docker, options, { longestMs: LONGEST_MS, signal, before }, ({ stdout }) =>
    Promise.resolve(stdout.trimEnd().endsWith('done') ? readMissing(stdout) : null),
  );
}

/** Packs only the programs and libraries of a ruby, which is all that the loader needs. */
function programsOf({ folder, programs }: RubyFolder): NodeJS.ReadableStream {
  const packed = tar.pack(folder, {
    entries: [...programs],
    map: (header) => ({ ...header, name: join(FOLDER, header.name), mode: 0o755, uid: 0, gid: 0 }),
  });
  return Readable.from(packed, { objectMode: false });
}

const PROGRAM = /^(bin\/ruby|lib\/([^/]+\/)?libruby)[^/]*$/;

/** Reads `missing lib/ruby/…/openssl.so libssl.so.1.1`, a line each. */
export function readMissing(text: string): Missing {
  const all = [...text.matchAll(/^missing (\S+) (\S+)$/gm)].map(([, file = '', library = '']) => ({
    file,
    library,
  }));
  const libraries = all.filter(({ file }) => PROGRAM.test(file)).map(({ library }) => library);
  return {
    ofRuby: [...new Set(libraries)],
    ofExtensions: [
      ...new Set(
        all
          .filter(({ file, library }) => !PROGRAM.test(file) && !libraries.includes(library))
          .map(({ file, library }) => `${file.split('/').at(-1)}: ${library}`),
      ),
    ],
  };
}
