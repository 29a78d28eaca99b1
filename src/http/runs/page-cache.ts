export interface Page {
  /** In UTF-8: encoded once, however many read it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Changes with the page; null where it is not known when that does. */
  readonly tag: string | null;
}

/** Pages that were requested last: a few, of each the newest state, up to so many bytes together. */
export class PageCache {
  readonly #mostPages: number;
  readonly #mostBytes: number;
  readonly #pages = new Map<string, Page>();

  constructor(mostPages: number, mostBytes: number) {
    this.#mostPages = mostPages;
    this.#mostBytes = mostBytes;
  }

  /** Returns null where it is not here in this state. */
  get(key: string, tag: string | null): Page | null {
    const page = this.#pages.get(key);
    if (page === undefined || tag === null || page.tag !== tag) return null;
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  put(key: string, page: Page): void {
    this.#pages.delete(key);
    if (page.tag !== null && page.bytes.length <= this.#mostBytes) this.#pages.set(key, page);
    let total = [...this.#pages.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (const [oldest, { bytes }] of this.#pages) {
      if (this.#pages.size <= this.#mostPages && total <= this.#mostBytes) return;
      this.#pages.delete(oldest);
      total -= bytes.length;
    }
  }
}
