import type { RubyPlace } from '../../domain/leak/explanation.ts';
import { insideOf, WORK_DIRECTORY } from '../../domain/loops/work-directory.ts';

const MOST_PLACES = 20_000;
const EVAL = /^\(eval at (.+):(\d+)\)$/;

/** Line of the stream: from which line of the script code elsewhere was called, and how often. */
export interface PlaceLine {
  readonly file: string;
  readonly line: number;
  readonly script: number;
  readonly count: number;
}

/** Finds the line of the script for a place of allocation. */
export class Places {
  readonly #scriptName: string;
  readonly #callers = new Map<string, { script: number; count: number }>();

  constructor(scriptName: string) {
    this.#scriptName = relative(scriptName);
  }

  add({ file, line, script, count }: PlaceLine): void {
    const key = `${relative(file)}:${line}`;
    const known = this.#callers.get(key);
    if (known === undefined && this.#callers.size >= MOST_PLACES) return;
    if (known === undefined || count > known.count) this.#callers.set(key, { script, count });
  }

  /** Gives a place as it is shown, with the line of the script that led there. */
  of(
    file: string,
    line: number,
    method: string | null,
  ): { readonly script: RubyPlace | null; readonly innermost: RubyPlace } {
    const innermost = { file: relative(file), line, method };
    if (this.#isScript(file)) {
      const script = { ...innermost, file: this.#scriptName };
      return { script, innermost: script };
    }
    const called = this.#callers.get(`${innermost.file}:${line}`)?.script ?? this.#evalLine(file);
    const script = called === null ? null : { file: this.#scriptName, line: called, method: null };
    return { script, innermost };
  }

  #isScript(file: string): boolean {
    const name = relative(file);
    return name === this.#scriptName || (file.startsWith('/') && file.endsWith(`/${this.#scriptName}`));
  }

  #evalLine(file: string): number | null {
    const at = EVAL.exec(file);
    return at !== null && this.#isScript(at[1] as string) ? Number(at[2]) : null;
  }
}

function relative(file: string): string {
  const name = insideOf(WORK_DIRECTORY, file);
  return name.startsWith('./') ? name.slice(2) : name;
}
