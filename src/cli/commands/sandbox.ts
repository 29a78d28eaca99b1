import { availableParallelism } from 'node:os';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import { styleFor } from '../../usecases/output/color.ts';
import { CommandError, EXIT, type ExitCode } from '../../usecases/command-error.ts';
import { matrixOf, rubiesOf } from '../../usecases/config.ts';
import { isAvailable } from '../../engine/ruby-presence.ts';
import type { Deps, EngineAccess } from '../../usecases/deps.ts';
import { onInterrupt } from '../../usecases/interrupt.ts';
import { readExploits } from '../sandbox/read-exploits.ts';
import { sandboxJson, sandboxTable } from '../sandbox/show.ts';
import { tryExploits, type Tried } from '../sandbox/try-exploits.ts';

export interface SandboxOptions {
  readonly ruby?: readonly string[];
  readonly runtime?: string;
  readonly format: 'table' | 'json';
  readonly config?: string;
  readonly color: boolean;
}

/**
 * Runs `matrix doctor --sandbox`: tries every exploit on the oldest and the newest available ruby (or those
 * of --ruby), under the engine's own runtime and gVisor where the engine has it (or the runtime of
 * --runtime).
 */
export async function sandboxCommand(options: SandboxOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, stderr, env } = deps.streams;
  const say = (line: string): void => void stderr.write(`matrix: ${line}\n`);
  const matrix = await matrixOf(deps, options.config);
  const engine = await deps.connect(null);
  const facts = await engine.facts();
  const rubies = await chosenRubies(options, matrix, engine);
  const runtimes = options.runtime === undefined ? sandboxesOf(facts) : [options.runtime];
  const exploits = await readExploits(deps.exploitsFolder);
  using interrupt = onInterrupt(
    () => say('stopping: what was tried is shown; Ctrl-C again ends at once'),
    () => process.exit(EXIT.interrupted),
  );
  const { signal } = interrupt;
  // Most exploits only wait until their time is up, so twice as many run as there are processors.
  const jobs = matrix.defaults.jobs ?? 2 * availableParallelism();
  const tried: Tried[] = [];
  for (const runtime of runtimes) {
    const connected = await deps.connect(runtime === facts.defaultRuntime ? null : runtime);
    for (const ruby of rubies) {
      if (signal.aborted) break;
      say(`${exploits.exploits.length} exploits on ${ruby.name} under ${runtime}`);
      const done = (one: Tried): void => {
        if (one.escapes.length > 0) say(`${one.exploit.name} was NOT CONTAINED: ${one.escapes.join('; ')}`);
      };
      const place = { engine: connected, runtime, ruby };
      tried.push(...(await tryExploits(place, { deps, matrix, exploits, jobs, signal, done })));
    }
  }
  stdout.write(
    options.format === 'json'
      ? sandboxJson(tried)
      : sandboxTable(tried, styleFor(stdout, env, options.color)),
  );
  if (signal.aborted) return EXIT.interrupted;
  return tried.every((one) => one.escapes.length === 0) ? EXIT.ok : EXIT.tripped;
}

function sandboxesOf(facts: Awaited<ReturnType<EngineAccess['facts']>>): readonly string[] {
  const others = facts.runtimes.filter(
    (name) => name !== facts.defaultRuntime && /runsc|gvisor|kata/i.test(name),
  );
  return [facts.defaultRuntime, ...others];
}

async function chosenRubies(
  { ruby: selectors }: SandboxOptions,
  matrix: Matrix,
  engine: EngineAccess,
): Promise<readonly Ruby[]> {
  if (selectors !== undefined) return rubiesOf(matrix, selectors);
  const here = new Set((await engine.inventory(matrix.rubies)).filter(isAvailable).map((one) => one.ruby));
  const rubies = matrix.rubies.filter((ruby) => here.has(ruby.name));
  const [oldest, newest] = [rubies[0], rubies.at(-1)];
  if (oldest === undefined || newest === undefined) {
    throw new CommandError(
      'no ruby is available to test the sandbox with: run matrix images build, or name one with --ruby',
      'no-ruby-here',
    );
  }
  return oldest === newest ? [oldest] : [oldest, newest];
}
