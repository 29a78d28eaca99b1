import { createHash, randomBytes } from 'node:crypto';
import { nameOf, type Configuration } from '../../domain/cell/configuration.ts';
import { configurationsOf } from '../../domain/cell/configurations.ts';
import { rubiesWithPackages, withBuildTools } from '../../domain/ruby/debian-packages.ts';
import type { RunRecord, RunState } from '../../domain/run/record.ts';
import type { GemPolicy } from '../../domain/ruby/gems.ts';
import type { Matrix } from '../../domain/ruby/ruby.ts';
import { newRunId } from '../../domain/run/run-id.ts';
import { assessed } from '../../domain/bisect/bisect.ts';
import { withVariants } from '../../domain/run/script-variant.ts';
import { composeScript, type PreparedScript } from '../../script/prepare.ts';
import { queuedCell } from '../measure/cell-record.ts';
import { problemOf } from './check-request.ts';
import { readGems, withCommits } from './asked-gems.ts';
import { gemInstalls } from './gem-installs.ts';
import type { PrepareScript } from './prepare-here.ts';
import { planSearch } from './plan-search.ts';
import { planVariants } from './plan-variants.ts';
import { packInput } from './pack-files.ts';
import type { CellJob } from '../cell-runner.ts';
import type { Clock } from '../ports.ts';
import { RequestError, type NamedPaths, type RunRequest } from './run-request.ts';
import type { RunPlan } from './run-plan.ts';

/** `$0` of a body without a file. */
const BODY_FILE = 'repro.rb';

/**
 * Plans a run: reads its script and determines its cells.
 * @param policy rules for installing gems; null: none are installed
 * @throws {RequestError} where there is nothing in it to measure
 */
export async function planRun(
  request: RunRequest,
  prepare: PrepareScript,
  policy: GemPolicy | null,
): Promise<RunPlan> {
  const source = sourceOf(request);
  const problem = problemOf(request, request.script === null ? BODY_FILE : source.name);
  if (problem !== null) throw new RequestError(problem);
  const measured = rubiesWithPackages(request.rubies, request.options.debianPackages);
  if (!measured.ok) throw new RequestError(measured.message);
  const prepared = await prepare({ text: source.text, loopLine: request.options.loopLine });
  if (!prepared.ok) throw new RequestError(prepared.message);
  const script = prepared.value;
  const variants = await planVariants(request, { source, script }, prepare);
  const isInline = [script, ...variants.map((one) => one.script)].some((one) => one.inlineGemfile !== null);
  const asked = readGems(request, isInline, policy);
  if (!asked.ok) throw new RequestError(asked.message);
  const gems = withCommits(asked.value, request.commits ?? null);
  const rubies = gems.areWanted ? measured.value.map(withBuildTools) : measured.value;
  const { axes } = request.options;
  const { images = [] } = request;
  if (gems.areWanted && images.length > 0)
    throw new RequestError(
      'gems are installed for the rubies of the matrix, and an image of one’s own brings its own: leave the gems out, or the image',
    );
  const names = variants.map(({ name }) => name);
  const made = [
    configurationsOf(rubies, axes, withVariants(gems.settings, names)),
    ...images.map(({ ruby, settings }) => configurationsOf([ruby], axes, withVariants([settings], names))),
  ];
  const cells = made.flatMap((one) => one.cells);
  const notes = [...new Set(made.flatMap((one) => one.notes))];
  if (cells.length === 0 && request.rubies.length + images.length > 0)
    throw new RequestError(`nothing is left to measure: ${notes.join('; ')}`);
  const withNotes = { ...request, notes: [...request.notes, ...notes] };
  const search = request.options.bisect ? planSearch(request, cells) : null;
  return { request: withNotes, cells, source, script, variants, gems, search };
}

/** Makes the record of a new run, before anything is measured. */
export function newRecord(plan: RunPlan, matrix: Matrix, clock: Clock, state: RunState): RunRecord {
  const { request, source, script, variants } = plan;
  const createdAt = clock.timestamp();
  return {
    schema: 1,
    id: newRunId(createdAt, source.name, randomBytes(3).toString('hex')),
    createdAt,
    finishedAt: null,
    state,
    basedOn: request.basedOn ?? null,
    script: recordedScript(source),
    loop: script.loop,
    variants: variants.map((one) => ({
      name: one.name,
      without: one.without,
      path: one.path,
      script: recordedScript(one.source),
      loop: one.script.loop,
    })),
    options: {
      ...request.options,
      args: request.args,
      ...namedPaths(request),
      runtime: matrix.runtime,
    },
    listed: matrix.rubies.map((ruby) => ruby.name),
    sentence: null,
    comparison: [],
    leaking: [],
    clean: [],
    inconclusive: [],
    unmeasured: [],
    // A search adds its cells when it begins.
    cells: plan.search === null ? plan.cells.map((cell) => queuedCell(nameOf(cell))) : [],
    bisect: plan.search === null ? null : assessed(plan.search, []),
    notes: [
      ...request.notes,
      ...script.notes,
      ...variants.flatMap((one) => one.script.notes.filter((note) => !script.notes.includes(note))),
      ...plan.gems.notes,
    ],
  };
}

const recordedScript = ({ name, text }: RunPlan['source']): RunRecord['script'] => ({
  name,
  sha256: createHash('sha256').update(text).digest('hex'),
  text,
});

/** Names files without a folder by the folder of the command. */
function namedPaths({ named, files }: RunRequest): NamedPaths {
  const workdirFrom = files.length === 0 ? null : '.';
  return named ?? { path: null, workdirFrom, config: null, images: [], folders: [], workdir: null };
}

/** Makes the job of each cell; the files are packed once for all of them. */
export async function cellJobs(
  plan: RunPlan,
  limits: Matrix['limits'],
  runId: string,
): Promise<(cell: Configuration) => CellJob> {
  const { request, source, script, variants } = plan;
  const name = request.script === null ? BODY_FILE : source.name;
  const main = await scriptParts(plan, name, script);
  const others = new Map<string, ScriptParts>();
  for (const one of variants) others.set(one.name, await scriptParts(plan, one.source.name, one.script));
  return (configuration) => {
    const { gems, ...parts } = others.get(configuration.settings.script ?? '') ?? main;
    return {
      runId,
      configuration,
      gems: gems(configuration),
      ...parts,
      args: request.args,
      limits,
      options: request.options,
    };
  };
}

/** What the cells of one script have in common. */
interface ScriptParts extends Pick<CellJob, 'input' | 'scriptName' | 'loops'> {
  readonly gems: (cell: Configuration) => CellJob['gems'];
}

async function scriptParts(plan: RunPlan, name: string, script: PreparedScript): Promise<ScriptParts> {
  const beside = plan.request.files.filter((file) => file.path !== name);
  const gems = await gemInstalls({ ...plan, script }, name);
  const input = await packInput([...beside, { path: name, content: Buffer.from(script.text) }]);
  return { gems, input, scriptName: name, loops: script.loops };
}

function sourceOf({ script, body }: RunRequest): { readonly name: string; readonly text: string } {
  if (script !== null) return script;
  if (body === null) throw new RequestError('neither a script nor a body was given');
  return { name: '-e', text: composeScript(body.setup, body.body) };
}
