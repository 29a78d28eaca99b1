/** Writes a text to a path; settles when that text, or a newer one for the same path, is there. */
export type LatestWriter = (path: string, text: () => string) => Promise<void>;

interface Lane {
  current: Promise<void>;
  waiting: { text: () => string; readonly done: Promise<void> } | null;
}

/**
 * Orders the writes of a path, and skips those that newer ones have replaced: a run is saved after every
 * cell, and only its newest state matters.
 */
export function createLatestWriter(write: (path: string, text: string) => Promise<void>): LatestWriter {
  const lanes = new Map<string, Lane>();

  const start = (path: string, lane: Lane, text: () => string): Promise<void> => {
    lane.waiting = null;
    lane.current = (async () => {
      try {
        await write(path, text());
      } finally {
        if (lane.waiting === null) lanes.delete(path);
      }
    })();
    return lane.current;
  };

  return (path, text) => {
    const busy = lanes.get(path);
    if (busy === undefined) {
      const lane: Lane = { current: Promise.resolve(), waiting: null };
      lanes.set(path, lane);
      return start(path, lane, text);
    }
    if (busy.waiting !== null) {
      busy.waiting.text = text;
      return busy.waiting.done;
    }
    const waiting: Lane['waiting'] & object = {
      text,
      // A failed write has rejected for its own caller; the next one is tried nevertheless.
      done: busy.current.catch(() => {}).then(() => start(path, busy, waiting.text)),
    };
    busy.waiting = waiting;
    return waiting.done;
  };
}
