import { MOST_CLOCK_SECONDS } from '../../engine/fleet/refusal.ts';
import { formatCount, formatSeconds } from '../../report/text/format-number.ts';
import { EXIT } from '../../usecases/command-error.ts';
import { secretIn } from '../serve/serve-tokens.ts';
import { serverAddress } from '../serve/server-address.ts';
import type { MainDeps } from '../serve/serve-deps.ts';
import type { FleetAnswer } from '../serve/worker-deps.ts';
import type { Check } from './check.ts';

/** Checks the workers of a service, where one was named. */
export async function fleetChecks(
  server: string | undefined,
  token: string | undefined,
  { askFleet }: Pick<MainDeps, 'askFleet'>,
): Promise<readonly Check[]> {
  if (server === undefined || server === '') return [];
  const answer = await askFleet(serverAddress(server), secretIn(token) || null);
  if (!answer.ok)
    return [
      { what: 'workers', state: 'missing', found: answer.message, remedy: null, exitCode: EXIT.noEngine },
    ];
  return [allWorkers(answer.value), ...answer.value.workers.map(oneWorker)];
}

function allWorkers({ workers, handedOut, lost, late, problem }: FleetAnswer): Check {
  const able = workers.filter(canMeasure);
  const places = able.reduce((sum, one) => sum + one.places, 0);
  const taken = able.reduce((sum, one) => sum + one.taken, 0);
  const counts =
    `${formatCount(handedOut)} handed out, ${formatCount(lost)} of them lost and handed out again, ` +
    `${formatCount(late)} late results dropped`;
  const found = `${workers.length} connected, ${Math.max(0, places - taken)} of ${places} places free; ${counts}`;
  const rest = { what: 'workers', remedy: null, exitCode: EXIT.noEngine };
  return problem === null
    ? { ...rest, state: 'ok', found }
    : { ...rest, state: 'missing', found: `${problem} (${found})` };
}

const canMeasure = ({ problem, leaving }: FleetAnswer['workers'][number]): boolean =>
  problem === null && !leaving;

function oneWorker(worker: FleetAnswer['workers'][number]): Check {
  const { name, host, arch, places, taken, version, silentSeconds, problem, leaving } = worker;
  const [clock, isOff] = clockOf(worker);
  const state = problem ?? (leaving ? 'leaving' : `${taken} of ${places} places taken`);
  const found =
    `${state}; on ${host.name} (${arch}), version ${version}, ${clock}, ` +
    `heard ${formatSeconds(silentSeconds)} s ago`;
  const remedy = isOff ? 'set the clocks of both hosts, with NTP say' : null;
  const isFine = canMeasure(worker) && !isOff;
  return {
    what: `worker ${name}`,
    state: isFine ? 'ok' : 'limited',
    found,
    remedy,
    exitCode: EXIT.noEngine,
  };
}

function clockOf({ clockAheadSeconds }: FleetAnswer['workers'][number]): readonly [string, boolean] {
  const seconds = Math.abs(clockAheadSeconds);
  // A sign of life takes a moment itself.
  if (seconds < 1) return ['clock right', false];
  const side = clockAheadSeconds > 0 ? 'ahead of' : 'behind';
  return [`clock ${formatSeconds(seconds)} s ${side} the service’s`, seconds > MOST_CLOCK_SECONDS];
}
