import type { Stretch } from '../domain/loops/stretch.ts';
import { fieldsOf } from './text.ts';

/** Most stretches, as in images/prelude/stretches.rb: a script can write lines of its own. */
const MOST_STRETCHES = 48;

/** Iterations of each loop so far: `[position, count]`. */
type Counts = readonly (readonly [number, number])[];

/** Collects the stretches of one container, as the prelude reports them. */
export class StretchList {
  readonly #stretches: Stretch[] = [];
  /** Iterations of each loop when the stretch took its first sample. */
  readonly #begins = new Map<number, ReadonlyMap<number, number>>();

  get all(): readonly Stretch[] {
    return this.#stretches;
  }

  find(id: number): Stretch | null {
    return this.#stretches.find((stretch) => stretch.id === id) ?? null;
  }

  /** Reads `ID SITE CONTEXT`, the context in base64; ignores anything else. */
  begin(about: string): void {
    const match = /^(\d+) (\d+) (\S*)$/.exec(about);
    if (match === null || this.#stretches.length >= MOST_STRETCHES || this.find(Number(match[1])) !== null)
      return;
    const [method = '', line = '', rounds = ''] = fieldsOf(match[3] ?? '');
    const context = { method, line, rounds };
    this.#stretches.push({ id: Number(match[1]), site: Number(match[2]), context, ended: null });
  }

  /** Reads `ID HOW COUNT`, the end of a loop; null for a loop that never began. */
  leave(about: string): { readonly ended: Stretch['ended']; readonly iterations: number } | null {
    const match = /^(\d+) (end|cut|raised|taken) (\d+)$/.exec(about);
    const index = this.#stretches.findIndex(({ id }) => id === Number(match?.[1]));
    const stretch = this.#stretches[index];
    if (match === null || stretch === undefined) return null;
    const ended = match[2] as NonNullable<Stretch['ended']>;
    this.#stretches[index] = { ...stretch, ended };
    return { ended, iterations: Number(match[3]) - (this.#begins.get(stretch.id)?.get(stretch.site) ?? 0) };
  }

  /**
   * Counts the iterations since the stretch's first sample, of the loop that ran most among those that count.
   */
  reach(id: number, loops: Counts, counts: (site: number) => boolean): number {
    const begin = this.#begins.get(id);
    if (begin === undefined) {
      this.#begins.set(id, new Map(loops));
      return 0;
    }
    return loops.reduce(
      (most, [site, count]) => (counts(site) ? Math.max(most, count - (begin.get(site) ?? 0)) : most),
      0,
    );
  }
}
