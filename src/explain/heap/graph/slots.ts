// Heap pages are 16 KiB or 64 KiB and hold slots of one size: a piece of 16 KiB never mixes sizes.
const PIECE_BYTES = 16_384;
/** Slot size of every ruby before 3.2; their dumps do not contain it. */
const USUAL_SLOT_BYTES = 40;
const LEAST_SLOT_BYTES = 32;

/** Slots of one piece of the heap have the ids from `base` on, in the order of their addresses. */
export interface Piece {
  readonly page: number;
  readonly base: number;
  readonly slotBytes: number;
  readonly slots: number;
}

/** Maps addresses of objects to small numbers with hardly any gaps, which index typed arrays. */
export class Slots {
  readonly #indices = new Map<number, number>();
  readonly #pieces: Piece[] = [];
  readonly #live: boolean[] = [];
  readonly #mostSlots: number;
  #lastPage = -1;
  #lastIndex = -1;
  #lastPiece = 0;
  /** Ids given out so far. */
  count = 0;
  /** Whether objects had to be left out. */
  isFull = false;

  /** @param mostSlots most ids: a malformed stream must not exhaust the memory */
  constructor(mostSlots: number) {
    this.#mostSlots = mostSlots;
  }

  /**
   * Assigns an id to the object at this address; -1 where there are too many. `toldBytes` is its slot size, 0
   * where unknown.
   */
  place(address: number, toldBytes: number): number {
    const slotBytes = toldBytes < LEAST_SLOT_BYTES ? USUAL_SLOT_BYTES : Math.min(toldBytes, PIECE_BYTES);
    const page = Math.floor(address / PIECE_BYTES);
    let index = this.#indexOf(page);
    if (index < 0 || (this.#pieces[index] as Piece).slotBytes !== slotBytes) {
      if (this.count >= this.#mostSlots) {
        this.isFull = true;
        return -1;
      }
      // A page that was returned may come again with slots of another size: its old objects are gone.
      if (index >= 0) this.#live[index] = false;
      index = this.#add(page, slotBytes);
    }
    return (this.#pieces[index] as Piece).base + Math.floor((address - page * PIECE_BYTES) / slotBytes);
  }

  /** Finds the id of the object at this address; -1 where no object was ever seen. */
  find(address: number): number {
    const page = Math.floor(address / PIECE_BYTES);
    const index = this.#indexOf(page);
    if (index < 0) return -1;
    const piece = this.#pieces[index] as Piece;
    return piece.base + Math.floor((address - page * PIECE_BYTES) / piece.slotBytes);
  }

  /** Estimates where the slot with this id begins, within a slot's size: always the same for the same id. */
  about(id: number): number {
    const piece = this.#pieceOf(id);
    return piece.page * PIECE_BYTES + (id - piece.base) * piece.slotBytes;
  }

  /** Returns the bytes of the slot with this id. */
  slotBytes(id: number): number {
    return this.#pieceOf(id).slotBytes;
  }

  #pieceOf(id: number): Piece {
    if (!this.#holds(this.#lastPiece, id)) {
      let low = 0;
      let high = this.#pieces.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((this.#pieces[middle] as Piece).base <= id) low = middle;
        else high = middle - 1;
      }
      this.#lastPiece = low;
    }
    return this.#pieces[this.#lastPiece] as Piece;
  }

  /** Lists the pieces of the heap, without those that were replaced. */
  *current(): Generator<Piece> {
    for (const [index, piece] of this.#pieces.entries()) if (this.#live[index] === true) yield piece;
  }

  #holds(index: number, id: number): boolean {
    const piece = this.#pieces[index];
    return piece !== undefined && id >= piece.base && id < piece.base + piece.slots;
  }

  #indexOf(page: number): number {
    if (page === this.#lastPage) return this.#lastIndex;
    const index = this.#indices.get(page) ?? -1;
    if (index >= 0) {
      this.#lastPage = page;
      this.#lastIndex = index;
    }
    return index;
  }

  #add(page: number, slotBytes: number): number {
    const index = this.#pieces.length;
    const slots = Math.ceil(PIECE_BYTES / slotBytes);
    this.#pieces.push({ page, base: this.count, slotBytes, slots });
    this.#live.push(true);
    this.count += slots;
    this.#indices.set(page, index);
    this.#lastPage = page;
    this.#lastIndex = index;
    return index;
  }
}
