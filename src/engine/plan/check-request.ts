import { problemWithValues } from '../../domain/cell/axis-values.ts';
import { numberOfCells, type AxisValues } from '../../domain/cell/configurations.ts';
import { parseGem } from '../../domain/ruby/gems.ts';
import type { RunRequest } from './run-request.ts';

/** Most arguments that images/supervisor passes to ruby. */
const MOST_ARGUMENTS = 64;

/** Most cells of one run: more than anyone waits for, and the record can still be opened. */
const MOST_CELLS = 1_000;

/** Of a search among commits, which measures few of them. */
const MOST_SEARCHED = 20_000;

/** Checks the values of the axes, and the number of cells they make. Returns what is wrong, or null. */
function problemWithAxes(axes: AxisValues, bases: number, most: number): string | null {
  for (const [name, values] of Object.entries(axes)) {
    if (values.length === 0) return `${name} has no value: write ${name}=VALUE`;
    const problem = problemWithValues({ name, values });
    if (problem !== null) return problem;
  }
  const cells = numberOfCells(bases, axes);
  return cells > most
    ? `that makes ${cells} cells, and ${most} are the most: choose fewer rubies or values`
    : null;
}

/** Counts the combinations of gem versions; the user's own images have their gems already. */
const versionsOf = (gems: readonly string[]): number =>
  gems.reduce((product, text) => {
    const read = parseGem(text);
    return product * (read.ok ? Math.max(1, read.value.versions.length) : 1);
  }, 1);

/**
 * Checks that containers can run a request. Returns what is wrong, or null. `scriptPath` is the path of its
 * script.
 */
export function problemOf(request: RunRequest, scriptPath: string): string | null {
  const { args, files, others = [], rubies, images = [], options } = request;
  const scripts = 1 + others.length + options.without.length;
  const bases = rubies.length * versionsOf(options.gems) + images.length;
  const commits = request.commits?.search.commits.length ?? 0;
  const axis = problemWithAxes(options.axes, bases * scripts, commits === 0 ? MOST_CELLS : MOST_SEARCHED);
  if (axis !== null) return axis;
  if (args.length > MOST_ARGUMENTS) {
    return `the script has ${args.length} arguments, and ${MOST_ARGUMENTS} are the most: let it read them from a file beside it`;
  }
  const beside = files.map((file) => file.path);
  return (
    [scriptPath, ...others.map(({ name }) => name)]
      .map((path) => clashOf([path, ...beside]))
      .find((clash) => clash !== null) ?? null
  );
}

/**
 * Finds two paths that cannot both be files, since one is a folder of the other; null where there are none.
 */
export function clashOf(paths: readonly string[]): string | null {
  const files = new Set(paths);
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (files.has(folder))
        return `${folder} is a file, and ${path} needs a folder of that name: rename one`;
    }
  }
  return null;
}
