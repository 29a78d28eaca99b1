import { posix } from 'node:path';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import { type InputFile, packInput } from './pack-files.ts';
import type { RunPlan } from './run-plan.ts';
import type { GemInstall } from '../ports.ts';

/**
 * Returns what has to be installed for each cell; null where nothing has. The files are packed once.
 * @param scriptName path of the script in its working directory
 */
export async function gemInstalls(
  { request, script, gems }: Pick<RunPlan, 'request' | 'script' | 'gems'>,
  scriptName: string,
): Promise<(cell: Configuration) => GemInstall | null> {
  const { gemfile } = request.options;
  const { wishes, folders, policy, areWanted } = gems;
  const { inlineGemfile } = script;
  const isAsked = wishes.length > 0 || folders.length > 0 || gemfile !== null || inlineGemfile !== null;
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
    input,
    env: gemfile === null && inline === null ? {} : variablesIn(settings),
    policy,
    release: ruby.version,
  });
}

/** `env.X_VERSION` of a cell's settings, as a variable. */
function variablesIn(settings: Settings): Readonly<Record<string, string>> {
  const variables = Object.entries(settings).flatMap(([name, value]) =>
    name.startsWith('env.') ? [[name.slice('env.'.length), value]] : [],
  );
  return Object.fromEntries(variables) as Record<string, string>;
}

/** Everything beside the script where a Gemfile may name it; of the script only the part that says its gems. */
function filesOf(
  files: readonly InputFile[],
  scriptName: string,
  inline: string | null,
  all: boolean,
): readonly InputFile[] {
  const beside = all || inline !== null ? files.filter(({ path }) => path !== scriptName) : [];
  return inline === null ? beside : [...beside, { path: scriptName, content: Buffer.from(inline) }];
}

/** As Bundler names it: `gems.rb` has `gems.locked`. */
function lockOf(gemfile: string): string {
  const name = posix.basename(gemfile);
  return posix.join(posix.dirname(gemfile), name === 'gems.rb' ? 'gems.locked' : `${name}.lock`);
}
