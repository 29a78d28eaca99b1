import type { ProgressMessage } from '../../progress-messages.ts';

/** Bytes between two lines of progress: often enough to see it, rarely enough for a log. */
const SAY_EVERY_BYTES = 25_000_000;

interface Layer {
  bytes: number;
  total: number;
  done: boolean;
}

/** Adds up the progress of all layers, and formats it. */
export class PullProgress {
  readonly #reference: string;
  readonly #layers = new Map<string, Layer>();
  #shownBytes = 0;
  #shownDone = 0;
  #retrying = false;

  constructor(reference: string) {
    this.#reference = reference;
  }

  /** The downloaded bytes, and the total of the layers whose size is known by now. */
  get received(): { readonly bytes: number; readonly total: number } {
    const layers = [...this.#layers.values()];
    return {
      bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
      total: layers.reduce((sum, { total }) => sum + total, 0),
    };
  }

  /** Adds one message; returns a line for people when there is something new. */
  add({ id, status = '', progressDetail = {} }: ProgressMessage): string | null {
    const { current = 0, total = 0 } = progressDetail;
    // The first message has the tag for an id; its words are "Pulling from library/ruby".
    if (id === undefined || status.startsWith('Pulling from')) return null;
    if (status.startsWith('Retrying in')) return this.#retry(id);
    const layer = this.#layers.get(id) ?? { bytes: 0, total: 0, done: false };
    this.#layers.set(id, layer);
    if (status === 'Downloading') {
      this.#retrying = false;
      layer.bytes = current;
      // Some registries don't report how large a layer is.
      layer.total = Math.max(layer.total, total, 0);
    } else if (status === 'Download complete') layer.bytes = Math.max(layer.bytes, layer.total);
    else if (status === 'Pull complete' || status === 'Already exists') layer.done = true;
    return this.#line();
  }

  #line(): string | null {
    const { bytes } = this.received;
    const layers = [...this.#layers.values()];
    const done = layers.filter((layer) => layer.done).length;
    if (bytes - this.#shownBytes < SAY_EVERY_BYTES && done === this.#shownDone) return null;
    this.#shownBytes = bytes;
    this.#shownDone = done;
    return `pulling ${this.#reference}: ${megabytes(bytes)} MB, ${done} of ${layers.length} layers unpacked`;
  }

  #retry(id: string): string | null {
    const layer = this.#layers.get(id);
    if (layer) layer.bytes = 0;
    if (this.#retrying) return null;
    this.#retrying = true;
    return `pulling ${this.#reference}: the registry closed the connection, the engine retries`;
  }
}

/** Formats bytes as megabytes, with one decimal below ten. */
export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
