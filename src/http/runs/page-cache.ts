export interface Page {
  /** In UTF-8, encoded once for all readers. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Entity tag, which changes with the page; null where changes cannot be detected. */
  readonly tag: string | null;
}

/** Keeps the pages that were requested last: the newest state of each, up to so many bytes together. */
export class PageCache {
  readonly #mostPages: number;
  readonly #mostBytes: number;
  readonly #pages = new Map<string, Page>();

  constructor(mostPages: number, mostBytes: number) {
    this.#mostPages = mostPages;
    this.#mostBytes = mostBytes;
  }

  /** Finds a page; null where this state of it is not kept. */
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
