import { ObjectAges, type DumpMark } from './growth/object-ages.ts';
import { DumpLine, type Gap } from './lines/dump-line.ts';
import type { Heap } from './graph/heap.ts';
import { DATA, ROOT, isModule } from './graph/kinds.ts';
import { Labels } from './graph/labels.ts';
import type { LineSink } from './lines/line-reader.ts';
import { readOwnLine, type OwnLine } from './own-lines.ts';
import { Places } from './places.ts';

const MOST_LACKS = 20;
const OWN_LINE = new TextEncoder().encode('{"matrix"');
/**
 * End of the name of Ruby's bookkeeping of allocations, which grows while they are traced: `ObjectTracing/…`,
 * in some rubies `ObjectSpace/…`.
 */
const TRACER = '/allocation_info_tracer';

/** Reads the stream line by line, and keeps what the analysis needs. */
export class DumpReader implements LineSink {
  readonly ages: ObjectAges;
  readonly labels = new Labels();
  readonly places: Places;
  readonly marks: DumpMark[] = [];
  readonly lacks = new Set<string>();
  /** Lines that could not be read. */
  unreadable = 0;
  hasEnded = false;
  readonly heap: Heap;
  readonly #dumpLine: DumpLine;
  readonly #decoder = new TextDecoder();
  readonly #kindByName: (number | undefined)[] = [];
  readonly #ownByFile: (boolean | undefined)[] = [];
  #ownFolder = '';
  /** Record of references of a long line that is read in parts; -1 otherwise. */
  #record = -1;

  constructor(heap: Heap, scriptName: string) {
    this.heap = heap;
    this.ages = new ObjectAges(heap);
    this.places = new Places(scriptName);
    this.#dumpLine = new DumpLine(heap.names);
  }

  line(bytes: Uint8Array, from: number, to: number): void {
    if (to === from) return;
    if (startsWith(bytes, from, to, OWN_LINE)) {
      const line = readOwnLine(this.#decoder.decode(bytes.subarray(from, to)));
      if (line === null) this.unreadable += 1;
      else this.#own(line);
    } else if (this.#dumpLine.read(bytes, from, to)) this.#dumped();
    else this.unreadable += 1;
    this.#record = -1;
  }

  partial(bytes: Uint8Array, to: number): Gap | null {
    const line = this.#dumpLine;
    if (line.read(bytes, 0, to) || line.gap === null) return null;
    if (this.#keepsReferences() && line.referenceCount > 0) {
      const kind = this.#kind();
      const id = kind === ROOT ? -1 : this.heap.place(line);
      if (id >= 0 || kind === ROOT) this.#record = this.heap.refer(this.#record, id, line);
    }
    return line.gap;
  }

  dropped(): void {
    this.unreadable += 1;
    this.#record = -1;
  }

  #keepsReferences(): boolean {
    return this.marks.length === 3;
  }

  #own(line: OwnLine): void {
    if (line.matrix === 'mark') {
      if (line.mark !== this.marks.length + 1) this.unreadable += 1;
      else {
        this.marks.push(line);
        this.ages.begin(line);
      }
    } else if (line.matrix === 'own') this.#ownFolder = `${line.folder}/`;
    else if (line.matrix === 'name') this.labels.add(line);
    else if (line.matrix === 'place') this.places.add(line, this.#isOwnFile(line.file));
    else if (line.matrix === 'counted') this.places.end(line.lost);
    else if (line.matrix === 'lacks' && this.lacks.size < MOST_LACKS) this.lacks.add(line.text);
    else if (line.matrix === 'end') this.hasEnded = true;
  }

  #dumped(): void {
    const line = this.#dumpLine;
    const kind = this.#kind();
    if (kind === ROOT) {
      if (this.#keepsReferences())
        this.heap.closeRoot(this.heap.names.text(line.root), this.heap.refer(this.#record, -1, line));
      return;
    }
    const id = this.ages.object(kind, line, this.#isOwn(kind));
    if (id < 0 || !this.#keepsReferences()) return;
    if (line.referenceCount === 0 && this.#record < 0 && !isModule(kind)) return;
    this.heap.closeObject(id, this.heap.refer(this.#record, id, line), line);
  }

  #kind(): number {
    const name = this.#dumpLine.type;
    return (this.#kindByName[name] ??= this.heap.kinds.of(this.heap.names.text(name)));
  }

  #isOwn(kind: number): boolean {
    const { file, subtype } = this.#dumpLine;
    if (kind === DATA && this.heap.names.text(subtype).endsWith(TRACER)) return true;
    if (file === 0 || this.#ownFolder === '') return false;
    return (this.#ownByFile[file] ??= this.#isOwnFile(this.heap.names.text(file)));
  }

  #isOwnFile(path: string): boolean {
    return this.#ownFolder !== '' && path.startsWith(this.#ownFolder);
  }
}

function startsWith(bytes: Uint8Array, from: number, to: number, prefix: Uint8Array): boolean {
  if (to - from < prefix.length) return false;
  for (let i = 0; i < prefix.length; i += 1) if (bytes[from + i] !== prefix[i]) return false;
  return true;
}
