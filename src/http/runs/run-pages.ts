import { createHash } from 'node:crypto';
import { isSignedIn } from '../access/writers.ts';
import type { Ctx, HttpDeps } from '../context.ts';
import { PageCache, type Page } from './page-cache.ts';
import { pageResponse } from '../answers/responses.ts';
import type { Turns } from '../turns.ts';
import { SharedWork } from './shared-work.ts';
import { findRunView } from './find-run.ts';

/** Most characters of `?base=`: no linked cell has a longer id. */
const LONGEST_BASE = 5_000;
const KEPT = { pages: 16, bytes: 32 * 2 ** 20 };
const encoder = new TextEncoder();

/**
 * Serves the pages of runs. Each state of a run is rendered once, on another thread, however many look at it;
 * a browser that has it already gets a 304.
 */
export class RunPages {
  readonly #deps: HttpDeps;
  readonly #cache = new PageCache(KEPT.pages, KEPT.bytes);
  readonly #rendering = new SharedWork<Page>();

  readonly #turns: Turns;

  /** @param turns turns in which readers that waited for the same page are answered */
  constructor(deps: HttpDeps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
  }

  /**
   * Answers with the page of a run, or with 304 where the browser has it.
   * @throws {ProblemError} when there is none of that id
   */
  async answer(c: Ctx, id: string): Promise<Response> {
    const signedIn = isSignedIn(c, this.#deps);
    const base = c.req.query('base')?.slice(0, LONGEST_BASE) || null;
    const tag = this.#tagOf(id, signedIn, base);
    if (tag !== null && c.req.header('If-None-Match') === tag) {
      return pageResponse(null, 304, headersOf(tag));
    }
    const key = JSON.stringify([signedIn, id, base]);
    const known = this.#cache.get(key, tag);
    const page = known ?? (await this.#rendering.get(key, () => this.#render(key, id, signedIn, base)));
    if (known === null) await this.#turns.take();
    return pageResponse(page.bytes, 200, page.tag === null ? {} : headersOf(page.tag));
  }

  async #render(key: string, id: string, signedIn: boolean, base: string | null): Promise<Page> {
    // The tag is read before the page: a page may be newer than its tag, but not older.
    const tag = this.#tagOf(id, signedIn, base);
    const known = this.#cache.get(key, tag);
    if (known !== null) return known;
    const { run, queuePosition: position } = await findRunView(this.#deps, id);
    const page = await this.#deps.render({ kind: 'page', run, position, signedIn, base });
    const made = { bytes: typeof page === 'string' ? encoder.encode(page) : page, tag };
    this.#cache.put(key, made);
    return made;
  }

  #tagOf(id: string, signedIn: boolean, base: string | null): string | null {
    const { service, version } = this.#deps;
    const state = service.stateOf(id);
    if (state === null) return null;
    const all = JSON.stringify([version, id, state, signedIn, base]);
    return `"${createHash('sha256').update(all).digest('base64url').slice(0, 22)}"`;
  }
}

const headersOf = (tag: string): Record<string, string> => ({
  ETag: tag,
  'Cache-Control': 'private, no-cache',
  Vary: 'Accept, Cookie',
});
