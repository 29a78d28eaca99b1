export interface Page {
  readonly text: string;
  /** Changes with the text; null where it is not known when that does. */
  readonly tag: string | null;
}

/** Pages that were asked for last: a few, of each the newest state, up to so many characters together. */
export class PageCache {
  readonly #mostPages: number;
  readonly #mostCharacters: number;
  readonly #pages = new Map<string, Page>();

  constructor(mostPages: number, mostCharacters: number) {
    this.#mostPages = mostPages;
    this.#mostCharacters = mostCharacters;
  }

  /** Null where it is not here in this state. */
  get(key: string, tag: string | null): Page | null {
    const page = this.#pages.get(key);
    if (page === undefined || tag === null || page.tag !== tag) return null;
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  put(key: string, page: Page): void {
    this.#pages.delete(key);
    if (page.tag !== null && page.text.length <= this.#mostCharacters) this.#pages.set(key, page);
    let characters = [...this.#pages.values()].reduce((sum, { text }) => sum + text.length, 0);
    for (const [oldest, { text }] of this.#pages) {
      if (this.#pages.size <= this.#mostPages && characters <= this.#mostCharacters) return;
      this.#pages.delete(oldest);
      characters -= text.length;
    }
  }
}
