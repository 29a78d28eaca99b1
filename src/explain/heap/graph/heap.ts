import { column16, column32, column8 } from './columns.ts';
import type { DumpLine } from '../lines/dump-line.ts';
import { EdgeStore } from './edge-store.ts';
import { CLASS, IMEMO, Kinds, NODE, SINGLETON, isModule } from './kinds.ts';
import type { Names } from '../lines/names.ts';
import { Sites } from './sites.ts';
import { Slots } from './slots.ts';
import { Addresses } from './addresses.ts';

/** Bit of a class ref: the rest is the number of a name, not of a class. */
const NAMED = 0x8000_0000;

/** A root of the third dump and where its references begin in `edges`. */
export interface Root {
  readonly name: string;
  readonly record: number;
}

/**
 * Stores the objects of the third dump: columns by id, about twenty bytes per object together with its
 * references. `when` belongs to `ObjectAges`, and so do `memsizes`, which are stored as one more: 0 is unknown.
 */
export class Heap {
  readonly slots: Slots;
  readonly kinds = new Kinds();
  readonly edges = new EdgeStore();
  readonly sites: Sites;
  readonly names: Names;
  readonly when = column8();
  readonly memsizes = column32();
  readonly roots: Root[] = [];
  readonly #kind = column8();
  readonly #site = column16();
  readonly #record = column32();
  readonly #classRef = column32();
  readonly #classes = new Addresses();

  constructor(names: Names, mostSlots: number) {
    this.slots = new Slots(mostSlots);
    this.names = names;
    this.sites = new Sites(names);
  }

  place(line: DumpLine): number {
    return this.slots.place(line.address, line.slotSize);
  }

  /** Stores what the line says about the object, except its references. */
  describe(id: number, kind: number, line: DumpLine): void {
    this.#kind.set(id, kind === CLASS && line.name === 0 && line.realName !== 0 ? SINGLETON : kind);
    this.#site.set(id, this.sites.of(line.file, line.line, line.method));
    this.#classRef.set(id, this.#classRefFrom(kind, line));
  }

  /**
   * Stores the references read so far, of the object `id` or, with -1, of a root; `record` is the result of
   * the previous call, or -1 for the first.
   */
  refer(record: number, id: number, line: DumpLine): number {
    const start = record < 0 ? this.edges.begin(id < 0 ? 0 : this.slots.about(id)) : record;
    for (let i = 0; i < line.referenceCount; i += 1) this.edges.add(line.references[i] as number);
    return start;
  }

  /** Closes the record of an object's references. */
  closeObject(id: number, record: number, line: DumpLine): void {
    // The class of a class (which holds its singleton methods) is not its class ref.
    if (this.isModule(id) && line.classAddress > 0) this.edges.add(line.classAddress);
    this.edges.end();
    this.#record.set(id, record + 1);
  }

  closeRoot(name: string, record: number): void {
    this.edges.end();
    this.roots.push({ name, record });
  }

  /** Returns the bytes of an object: its slot, and what it owns outside of it. */
  memsizeOf(id: number): number {
    return Math.max(this.slots.slotBytes(id), this.memsizes.get(id) - 1);
  }

  kindOf(id: number): number {
    return this.#kind.get(id);
  }

  isModule(id: number): boolean {
    return isModule(this.#kind.get(id));
  }

  siteOf(id: number): number {
    return this.#site.get(id);
  }

  classRefOf(id: number): number {
    return this.#classRef.get(id);
  }

  /**
   * Names a class or module: `class Foo`, `singleton class of Foo`; null for other objects, and without a
   * name.
   */
  moduleLabel(id: number): string | null {
    const ref = this.#classRef.get(id);
    const kind = this.#kind.get(id);
    if (!isModule(kind) || ref < NAMED) return null;
    const words = kind === SINGLETON ? 'singleton class of' : kind === CLASS ? 'class' : 'module';
    return `${words} ${this.names.text(ref - NAMED)}`;
  }

  /** Names an object of this kind and class ref as people do: `Hash`, `imemo callinfo`. */
  title(kind: number, ref: number): string {
    if (isModule(kind)) return kind === CLASS || kind === SINGLETON ? 'Class' : 'Module';
    if (ref >= NAMED) {
      const name = this.names.text(ref - NAMED);
      return kind === IMEMO ? `imemo ${name}` : name;
    }
    if (kind === IMEMO) return 'imemo';
    if (kind === NODE) return 'syntax node';
    const type = this.kinds.text(kind);
    const plain = type.charAt(0) + type.slice(1).toLowerCase();
    return ref === 0 ? `${plain} (internal)` : this.#className(ref - 1, plain);
  }

  /** Names the class at this address; null where none with a name is there. */
  classNamed(address: number): string | null {
    const id = this.slots.find(address);
    if (id < 0 || !this.isModule(id)) return null;
    const ref = this.#classRef.get(id);
    return ref >= NAMED ? this.names.text(ref - NAMED) : null;
  }

  titleOf(id: number): string {
    return this.title(this.#kind.get(id), this.#classRef.get(id));
  }

  /** Calls `visit` with everything that an object refers to; its class, which dumps leave out, comes last. */
  eachReference(id: number, visit: (address: number) => void): void {
    const record = this.#record.get(id);
    if (record > 0) this.edges.each(record - 1, this.slots.about(id), visit);
    const ref = this.#classRef.get(id);
    if (ref > 0 && ref < NAMED) visit(this.#classes.at(ref - 1));
  }

  eachOfRoot(root: Root, visit: (address: number) => void): void {
    this.edges.each(root.record, 0, visit);
  }

  #classRefFrom(kind: number, line: DumpLine): number {
    if (isModule(kind)) {
      const name = line.name === 0 ? line.realName : line.name;
      if (name !== 0 && !this.names.text(name).startsWith('#<')) return NAMED + name;
      return line.superclass === 0 ? 0 : this.#classes.of(line.superclass) + 1;
    }
    // For these Ruby writes a class as well, read from unrelated memory.
    const classless = kind === IMEMO || kind === NODE || line.classAddress === 0;
    if (!classless) return this.#classes.of(line.classAddress) + 1;
    return line.subtype === 0 ? 0 : NAMED + line.subtype;
  }

  #className(index: number, otherwise: string): string {
    let at = index;
    let anonymous = false;
    for (let step = 0; step < 100; step += 1) {
      const id = this.slots.find(this.#classes.at(at));
      if (id < 0 || !isModule(this.#kind.get(id))) break;
      const ref = this.#classRef.get(id);
      if (ref >= NAMED) {
        const name = this.names.text(ref - NAMED);
        return anonymous ? `anonymous class < ${name}` : name;
      }
      anonymous = true;
      if (ref === 0) break;
      at = ref - 1;
    }
    return anonymous ? 'anonymous class' : otherwise;
  }
}
