import { EngineError } from '../../engine/ports.ts';
import { lostMessage } from './end.ts';
import type { Watchdog } from './watchdog.ts';

/**
 * Runs work that only the engine can end, and aborts it when the engine hangs with its connections open.
 * @throws {EngineError} when the engine stops answering
 */
export async function watched<T>(
  watchdog: Watchdog,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using watch = watchdog.watch();
  const stop = new AbortController();
  const lost = watch.lost.then((reason): never => {
    const error = new EngineError(lostMessage(`the Docker engine stopped answering (${reason})`));
    stop.abort(error);
    throw error;
  });
  return await Promise.race([work(AbortSignal.any([signal, stop.signal])), lost]);
}
