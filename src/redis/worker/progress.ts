import type { CellWatcher } from '../../engine/cell-runner.ts';
import type { ProgressLine } from '../../protocol/schemas/fleet-result-schema.ts';

/** Time between two reports of a cell. */
const EVERY_MS = 250;

/** Reports the progress of a cell: its states, and of its samples the last one of each report. */
export class Progress implements CellWatcher, AsyncDisposable {
  readonly #send: (lines: string) => Promise<void>;
  #states: ProgressLine[] = [];
  #sample: ProgressLine | null = null;
  #sending: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  /** @param send sends lines; what it cannot send is dropped */
  constructor(send: (lines: string) => Promise<void>) {
    this.#send = send;
    this.#timer = setInterval(() => this.#flush(), EVERY_MS).unref();
  }

  state: CellWatcher['state'] = (state, detail) => {
    const isFirst = this.#states.length === 0;
    this.#states = [
      ...this.#states.slice(-20),
      { line: 'state', state, detail: detail?.slice(0, 4000) ?? null },
    ];
    if (isFirst) queueMicrotask(() => this.#flush());
  };

  sample: CellWatcher['sample'] = (sample, slope) => {
    this.#sample = { line: 'sample', sample: sample as never, slope };
  };

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
  }

  /** One report after the other, so that they come in their order. */
  #flush(): void {
    const lines = [...this.#states, ...(this.#sample === null ? [] : [this.#sample])];
    if (lines.length === 0) return;
    this.#states = [];
    this.#sample = null;
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    this.#sending = this.#sending.then(() => this.#send(text)).catch(() => undefined);
  }
}
