import type { Matrix } from '../../domain/ruby/ruby.ts';
import { printable } from '../../report/text/printable.ts';
import { styleFor } from '../../usecases/output/color.ts';
import { CommandError, EXIT, type ExitCode } from '../../usecases/command-error.ts';
import { matrixOf } from '../../usecases/config.ts';
import type { Deps } from '../../usecases/deps.ts';
import { onInterrupt } from '../../usecases/interrupt.ts';
import { checkLines, type Check } from '../doctor/check.ts';
import { engineChecks } from '../doctor/engine-checks.ts';
import { fleetChecks } from '../doctor/fleet-checks.ts';
import { redisChecks } from '../doctor/redis-checks.ts';
import type { MainDeps } from '../serve/serve-deps.ts';
import { nodeCheck, resultsCheck } from '../doctor/host-checks.ts';

export interface DoctorOptions {
  readonly fix?: boolean;
  readonly config?: string;
  readonly results: string;
  readonly color: boolean;
  readonly redis?: string;
  readonly server?: string;
}

/**
 * Runs `matrix doctor`: reports what is there, what is missing and the command that fixes it; `--fix` sets up
 * an engine.
 */
export async function doctorCommand(options: DoctorOptions, deps: MainDeps): Promise<ExitCode> {
  const { stdout, stderr, env } = deps.streams;
  if (options.fix === true) {
    const say = (line: string): void => void stderr.write(`matrix: ${printable(line)}\n`);
    using interrupt = onInterrupt(
      () => say('stopping; Ctrl-C again ends at once'),
      () => process.exit(EXIT.interrupted),
    );
    await deps.ensureEngine(say, interrupt.signal);
    if (interrupt.signal.aborted) return EXIT.interrupted;
  }
  const [config, matrix] = await configCheck(options.config, deps);
  const checks = [
    nodeCheck(process.version),
    config,
    await resultsCheck(options.results),
    ...(await engineChecks(deps, matrix)),
    ...(await redisChecks(options.redis ?? env['MATRIX_REDIS'], deps)),
    ...(await fleetChecks(options.server, env['MATRIX_TOKEN'], deps)),
  ];
  stdout.write(`${checkLines(checks, styleFor(stdout, env, options.color)).join('\n')}\n`);
  const missing = checks.filter((check) => check.state === 'missing').map((check) => check.exitCode);
  return missing.includes(EXIT.noEngine) ? EXIT.noEngine : (missing[0] ?? EXIT.ok);
}

async function configCheck(path: string | undefined, deps: Deps): Promise<readonly [Check, Matrix | null]> {
  const what = 'matrix.yaml';
  try {
    const matrix = await matrixOf(deps, path);
    const found = `${matrix.rubies.length} rubies`;
    return [{ what, state: 'ok', found, remedy: null, exitCode: EXIT.usage }, matrix];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [
      { what, state: 'missing', found: error.message, remedy: 'fix these lines', exitCode: EXIT.usage },
      null,
    ];
  }
}
