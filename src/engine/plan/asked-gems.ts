import { commitName } from '../../domain/bisect/commits/commit-search.ts';
import { parseGem, type GemPolicy, type GemWish } from '../../domain/ruby/gems.ts';
import type { Refused, Result } from '../../domain/result.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import type { AskedCommits, RunRequest } from './run-request.ts';

/** The gems that a request asks for, parsed. */
export interface AskedGems {
  readonly wishes: readonly GemWish[];
  /** Folders beside the script that hold a gemspec. */
  readonly folders: readonly string[];
  /** Settings of each ruby's cells, one for each combination of versions. */
  readonly settings: readonly Settings[];
  /** Whether anything has to be installed. */
  readonly areWanted: boolean;
  /** Rules for installing them; null: nothing may be installed. */
  readonly policy: GemPolicy | null;
  readonly notes: readonly string[];
}

const OFF = 'the operator of this service can allow it (gems.clients in matrix.yaml)';

type ReadGems = Result<AskedGems>;

const MOST_COMBINATIONS = 50;
/** Most combinations of a search, which measures few of them. */
const MOST_SEARCHED = 500;

/**
 * Reads the gems of a request, and the cells that their versions make. Where none may be installed, the
 * gemfile inside a script is left as it is.
 */
export function readGems(
  { options, files }: Pick<RunRequest, 'options' | 'files'>,
  isInline: boolean,
  policy: GemPolicy | null,
): ReadGems {
  const asks = options.gems.length > 0 || options.gemfile !== null;
  if (policy === null && asks) return wrong(`this service installs no gems: ${OFF}`);
  const wishes: GemWish[] = [];
  const folders: string[] = [];
  for (const text of options.gems) {
    if (isFolder(text)) {
      const folder = insideFolder(text);
      const gemspec = files.some(({ path }) => isGemspecIn(folder, path));
      if (!gemspec)
        return wrong(`${text} holds no gemspec among the files that were sent: send the folder of the gem`);
      folders.push(folder);
      continue;
    }
    const wish = parseGem(text);
    if (!wish.ok) return wish;
    const twice = wishes.find(({ name }) => name === wish.value.name);
    if (twice !== undefined)
      return wrong(`gem ${twice.name} is given twice: write ${twice.name}=1.0.0,1.1.0 for several versions`);
    wishes.push(wish.value);
  }
  if (options.gemfile !== null && !files.some(({ path }) => path === options.gemfile))
    return wrong(`${options.gemfile} is not among the files that were sent`);
  const settings = combinations(wishes);
  const most = options.bisect ? MOST_SEARCHED : MOST_COMBINATIONS;
  if (settings.length > most)
    return wrong(
      `the versions of the gems make ${settings.length} cells of each ruby, and ${most} are the most`,
    );
  const notes =
    policy === null && isInline
      ? [`the gemfile of the script runs as written: this service installs no gems (${OFF})`]
      : [];
  const areWanted = policy !== null && (asks || isInline);
  return { ok: true, value: { wishes, folders, settings, areWanted, policy, notes } };
}

/** The same with a cell for each commit of the gem that is searched. */
export function withCommits(asked: AskedGems, commits: AskedCommits | null): AskedGems {
  if (commits === null || commits.gem === null) return asked;
  const axis = `gem.${commits.gem.name}`;
  const names = commits.search.commits.map(({ hash }) => commitName(hash));
  const settings = asked.settings.flatMap((one) => names.map((name) => ({ ...one, [axis]: name })));
  return { ...asked, settings, areWanted: true };
}

const wrong = (message: string): Refused => ({ ok: false, message });

/** Recognises a folder among names of gems: it begins like a path. */
export const isFolder = (text: string): boolean => /^(\.{1,2}(\/|$)|\/|~)/.test(text);

/** Turns `./my_gem/` into its path among the files; the working directory itself is `.`. */
const insideFolder = (text: string): string => text.replace(/^\.\/+/, '').replace(/\/+$/, '') || '.';

function isGemspecIn(folder: string, path: string): boolean {
  const rest = folder === '.' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
  return rest !== null && /^[^/]+\.gemspec$/.test(rest);
}

/** Lists every combination of the versions; gems without named versions are left out. */
function combinations(wishes: readonly GemWish[]): readonly Settings[] {
  let all: readonly Settings[] = [{}];
  for (const { name, versions } of wishes) {
    if (versions.length === 0) continue;
    all = all.flatMap((settings) => versions.map((version) => ({ ...settings, [`gem.${name}`]: version })));
  }
  return all;
}
