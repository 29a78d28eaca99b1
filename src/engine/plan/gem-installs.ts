import { posix } from 'node:path';
import { commitName } from '../../domain/bisect/commits/commit-search.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import { type InputFile, packInput } from './pack-files.ts';
import type { AskedCommits } from './run-request.ts';
import type { RunPlan } from './run-plan.ts';
import type { GemInstall } from '../ports.ts';

/**
 * Makes a function that gives the gems to install for a cell; null where there are none. The files are packed
 * once.
 * @param scriptName path of the script in its working directory
 */
export async function gemInstalls(
  { request, script, gems }: Pick<RunPlan, 'request' | 'script' | 'gems'>,
  scriptName: string,
): Promise<(cell: Configuration) => GemInstall | null> {
  const { gemfile } = request.options;
  const { wishes, folders, policy, areWanted } = gems;
  const { inlineGemfile } = script;
  const checkoutOf = checkoutsOf(request.commits ?? null);
  const isAsked =
    checkoutOf !== null ||
    wishes.length > 0 ||
    folders.length > 0 ||
    gemfile !== null ||
    inlineGemfile !== null;
  if (policy === null || !areWanted || !isAsked) return () => null;
  const lock = gemfile === null ? null : lockOf(gemfile);
  const lockfile = request.files.some(({ path }) => path === lock) ? lock : null;
  const inline = gemfile === null && inlineGemfile !== null ? scriptName : null;
  const input = await packInput(
    filesOf(
      request.files,
      scriptName,
      inline === null ? null : inlineGemfile,
      gemfile !== null || folders.length > 0,
    ),
  );
  return ({ ruby, settings }) => ({
    gems: wishes.map(({ name }) => [name, settings[`gem.${name}`] ?? null] as const),
    folders,
    gemfile,
    lockfile,
    inline,
    checkout: checkoutOf?.(settings) ?? null,
    input,
    env: gemfile === null && inline === null ? {} : variablesIn(settings),
    policy,
    release: ruby.version,
  });
}

/** Returns which commit of a gem a cell has; null where no gem's commits are searched. */
function checkoutsOf(commits: AskedCommits | null): ((settings: Settings) => GemInstall['checkout']) | null {
  if (commits === null || commits.gem === null) return null;
  const { repository, search, gem } = commits;
  const hashes = new Map(search.commits.map(({ hash }) => [commitName(hash), hash]));
  return (settings) => {
    const hash = hashes.get(settings[`gem.${gem.name}`] ?? '');
    return hash === undefined ? null : { repository, hash, folder: gem.folder, gem: gem.name };
  };
}

/** Reads the environment variables of a cell's settings (`env.X_VERSION`). */
function variablesIn(settings: Settings): Readonly<Record<string, string>> {
  const variables = Object.entries(settings).flatMap(([name, value]) =>
    name.startsWith('env.') ? [[name.slice('env.'.length), value]] : [],
  );
  return Object.fromEntries(variables) as Record<string, string>;
}

/**
 * Selects the files that gems may refer to: everything beside the script, and of the script itself only the
 * part up to its gemfile.
 */
function filesOf(
  files: readonly InputFile[],
  scriptName: string,
  inline: string | null,
  all: boolean,
): readonly InputFile[] {
  const beside = all || inline !== null ? files.filter(({ path }) => path !== scriptName) : [];
  return inline === null ? beside : [...beside, { path: scriptName, content: Buffer.from(inline) }];
}

/** Names the lock of a Gemfile as Bundler does: `gems.rb` has `gems.locked`. */
function lockOf(gemfile: string): string {
  const name = posix.basename(gemfile);
  return posix.join(posix.dirname(gemfile), name === 'gems.rb' ? 'gems.locked' : `${name}.lock`);
}
