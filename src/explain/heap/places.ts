import { addedUp, type CountedObjects } from '../../domain/leak/counted-objects.ts';
import type { RubyPlace } from '../../domain/leak/explanation.ts';
import { insideOf, WORK_DIRECTORY } from '../../domain/loops/work-directory.ts';

const MOST_PLACES = 20_000;
const EVAL = /^\(eval at (.+):(\d+)\)$/;

/** Line of the stream: objects of one class that were made at one place, and the line of the script that led there. */
export interface PlaceLine {
  readonly file: string;
  readonly line: number;
  readonly script: number;
  /** Objects in all. */
  readonly count: number;
  /** Objects from the first mark to the last. */
  readonly made: number;
  /** null for objects of Ruby's own. */
  readonly classAddress: number | null;
}

/** Finds the line of the script for a place of allocation, and adds up what was made there. */
export class Places {
  readonly #scriptName: string;
  /** Objects of each place by the line of the script that led there. */
  readonly #callers = new Map<string, Map<number, number>>();
  readonly #made: { readonly line: number; readonly classAddress: number; readonly objects: number }[] = [];
  #areAllCounted = false;

  constructor(scriptName: string) {
    this.#scriptName = relative(scriptName);
  }

  /** @param isOwn whether the place is in code of ours, whose objects are not the script's */
  add({ file, line, script, count, made, classAddress }: PlaceLine, isOwn: boolean): void {
    const key = `${relative(file)}:${line}`;
    const known = this.#callers.get(key);
    if (known === undefined && this.#callers.size >= MOST_PLACES) return;
    const callers = known ?? new Map<number, number>();
    this.#callers.set(key, callers.set(script, (callers.get(script) ?? 0) + count));
    if (classAddress === null || isOwn || this.#made.length >= MOST_PLACES) return;
    this.#made.push({ line: script, classAddress, objects: made });
  }

  /** Ends the places. `lost`: objects that were not counted. */
  end(lost: number): void {
    this.#areAllCounted = lost === 0 && this.#made.length < MOST_PLACES;
  }

  /** Adds up new objects by class and line of the script; null where not all of them were counted. */
  made(nameOf: (classAddress: number) => string | null): readonly CountedObjects[] | null {
    if (!this.#areAllCounted) return null;
    return addedUp(
      this.#made.flatMap(({ line, classAddress, objects }) => {
        const className = nameOf(classAddress);
        return className === null ? [] : [{ line, className, objects }];
      }),
    );
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
    const callers = this.#callers.get(`${innermost.file}:${line}`) ?? [];
    const [most = null] = [...callers].toSorted(([, a], [, b]) => b - a);
    const called = most?.[0] ?? this.#evalLine(file);
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
