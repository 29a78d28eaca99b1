import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';

/** How long after a container's end the engine may still tell that memory ran out. */
const LATE_WORD_MS = 1500;

/**
 * Whether the engine told of memory that ran out since the container started. Where a sandbox has a kernel of its own,
 * the host kills that kernel with all that is in it, and the engine tells of it in an event, after the container's end.
 * Never rejects: an engine that tells nothing leaves the exit code as all there is.
 */
export async function toldOfMemory(docker: Docker, id: string, startedAt: string): Promise<boolean> {
  try {
    const events = (await docker.getEvents({
      since: Math.floor(Date.parse(startedAt) / 1000),
      filters: { container: [id], event: ['oom'] },
    })) as Readable;
    try {
      await once(events, 'data', { signal: AbortSignal.timeout(LATE_WORD_MS) });
      return true;
    } finally {
      events.on('error', () => {
        // It is over with this stream, in whatever way.
      });
      events.destroy();
    }
  } catch {
    return false;
  }
}
