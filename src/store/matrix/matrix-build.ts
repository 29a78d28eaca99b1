import type { Matrix, Ruby, RubySource, RubyVersion } from '../../domain/ruby/ruby.ts';
import { orderedPackages } from '../../domain/ruby/debian-packages.ts';
import { compareRubies } from '../../domain/ruby/release-order.ts';
import { selectRubies } from '../../domain/ruby/selector.ts';
import { formatVersion, parseVersion, parseVersionPrefix } from '../../domain/ruby/version.ts';
import type { MatrixFile } from './matrix-schema.ts';
import { parseReleaseList } from './release-list.ts';

/** Something wrong in the file: where (keys from the top), and what, with what to do. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The matrix, or all problems of the file. */
export type Built = { readonly matrix: Matrix } | { readonly problems: readonly Problem[] };

/** Combines the rubies of all sources; an entry's sources are tried as official, image, debian. */
export function buildMatrix(file: MatrixFile): Built {
  const problems: Problem[] = [];
  const rubies = new Map<string, Ruby>();
  const add = (name: string, version: RubyVersion, source: RubySource): void => {
    rubies.set(name, { name, version, sources: [...(rubies.get(name)?.sources ?? []), source] });
  };
  addOfficial(file, add, problems);
  addImages(file, add, problems);
  for (const [suite, release] of Object.entries(file.debian)) {
    const version = parseVersion(release);
    // The name of a suite becomes an argument of debootstrap and a part of an image's tag.
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(suite)) {
      problems.push({
        path: ['debian', suite],
        message: `expected the name of a Debian suite, got "${suite}"`,
      });
    } else if (version === null) {
      problems.push({
        path: ['debian', suite],
        message: `expected a release, such as 2.7.4, got "${release}"`,
      });
    } else {
      const packages = orderedPackages(file['debian-packages']);
      // Packages need Debian's own ruby: another source of the release would lack them.
      if (packages.length > 0) rubies.delete(release);
      add(release, version, { kind: 'debian', suite, ...(packages.length === 0 ? {} : { packages }) });
    }
  }
  const listed = [...rubies.values()].toSorted(compareRubies);
  if (listed.length === 0 && problems.length === 0) {
    problems.push({ path: [], message: 'lists no ruby; add one under official, debian or image' });
  }
  const { defaults, limits, runtime = null, gems } = file;
  if (defaults.budgetSeconds > limits.maxBudgetSeconds) {
    const message = `${defaults.budgetSeconds} is more than limits.maxBudgetSeconds, ${limits.maxBudgetSeconds}`;
    problems.push({ path: ['defaults', 'budgetSeconds'], message });
  }
  const whole: Matrix = {
    rubies: listed,
    defaultSet: listed.map((ruby) => ruby.name),
    defaults,
    limits,
    runtime,
    clientPackages: orderedPackages(file['client-debian-packages']),
    gems: { ...gems, names: gems.names ?? null },
  };
  if (problems.length > 0) return { problems };
  return file.default === undefined ? { matrix: whole } : withDefaultSet(whole, file.default);
}

type Add = (name: string, version: RubyVersion, source: RubySource) => void;

function addOfficial(file: MatrixFile, add: Add, problems: Problem[]): void {
  for (const [series, text] of Object.entries(file.official)) {
    const list = parseReleaseList(series, text);
    if (!list.ok) problems.push({ path: ['official', series], message: list.message });
    else {
      for (const version of list.value) {
        const name = formatVersion(version);
        add(name, version, { kind: 'official', image: `ruby:${name}` });
      }
    }
  }
}

function addImages(file: MatrixFile, add: Add, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [index, { name, image, ruby, release }] of file.image.entries()) {
    const complain = (key: string, message: string): unknown =>
      problems.push({ path: ['image', index, key], message });
    const inName = name.match(/(?<![\d.])\d+\.\d+\.\d+(?![\d.])/g) ?? [];
    const version = parseVersion(release ?? (inName.length === 1 ? inName[0] : undefined) ?? '');
    const asPrefix = parseVersionPrefix(name);
    if (seen.has(name)) complain('name', `${name} is listed twice; give the second one a name of its own`);
    else if (name === 'all' || (asPrefix !== null && parseVersion(name) === null)) {
      complain('name', `${name} is a selector of its own (a series, or all); choose another name`);
    } else if (version === null)
      complain('name', `${name} does not contain the release; add one, such as release: 2.3.6`);
    else if (asPrefix !== null && formatVersion(version) !== name) {
      complain('release', `${release} contradicts the name ${name}; choose another name`);
    } else add(name, version, { kind: 'image', image, ruby });
    seen.add(name);
  }
}

function withDefaultSet(matrix: Matrix, selectors: readonly string[]): Built {
  const problems: Problem[] = [];
  const chosen = new Set<string>();
  for (const [index, selector] of selectors.entries()) {
    const selection = selectRubies(matrix, [selector]);
    if (!selection.ok) problems.push({ path: ['default', index], message: selection.message });
    else {
      for (const { name } of selection.value) {
        if (chosen.has(name))
          problems.push({ path: ['default', index], message: `${name} is chosen twice; once is enough` });
        chosen.add(name);
      }
    }
  }
  if (problems.length > 0) return { problems };
  const defaultSet = matrix.rubies.filter((ruby) => chosen.has(ruby.name)).map((ruby) => ruby.name);
  return { matrix: { ...matrix, defaultSet } };
}
