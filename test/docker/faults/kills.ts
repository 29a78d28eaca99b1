import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../unit/analysis/families/random.ts';
import { containersOf, QUICK, resultsFolder, serve } from '../serve.ts';
import { need, type Fault } from './fault.ts';

/** Longest life of a service before it is killed: longer than a run takes. */
const LONGEST_MS = 5000;

/**
 * Kills the service with `kill -9` again and again, at moments that a seed decides; every accepted run has to
 * be found again.
 */
export function kills(rounds: number, seed: number): Fault {
  return {
    name: `${rounds} × kill -9 of the service at random moments (seed ${seed})`,
    run: () => kill(rounds, seed),
  };
}

async function kill(rounds: number, seed: number): Promise<string> {
  await using folder = await resultsFolder();
  const moments = randomOf(seed);
  const accepted = new Map<string, string>();
  const unanswered: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using on = await serve(folder.path, ['--jobs', '2']);
    const key = `round-${round}`;
    const sent = on.submit(QUICK, { 'Idempotency-Key': key }).then(
      ({ id }) => void accepted.set(key, id),
      () => void unanswered.push(key),
    );
    await sleep(moments.next() * LONGEST_MS);
    on.kill('SIGKILL');
    await on.exit;
    await sent;
  }
  await using last = await serve(folder.path, ['--jobs', '2']);
  const outcomes: string[] = [];
  for (const [key, id] of accepted) {
    const run = await last.finished(id);
    const [cell] = run.cells;
    const isGivenUp =
      cell?.outcome === 'engine-error' && /the service crashed \d+ times/.test(cell.message ?? '');
    need(cell?.outcome === 'measured' || isGivenUp, `${key}: ${cell?.outcome}: ${cell?.message}`);
    outcomes.push(isGivenUp ? 'given up' : 'measured');
    need((await last.submit(QUICK, { 'Idempotency-Key': key })).id === id, `${key} was begun a second time`);
  }
  for (const id of accepted.values()) need((await containersOf(id)) === 0, `a container of ${id} is left`);
  const measured = outcomes.filter((one) => one === 'measured').length;
  return (
    `${accepted.size} accepted (${unanswered.length} not answered), ${outcomes.length} found again: ${measured} measured, ` +
    `${outcomes.length - measured} given up after six tries, 0 lost; no container left`
  );
}
