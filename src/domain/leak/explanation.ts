import type { CellId } from '../cell/cell-id.ts';
import type { Host } from '../measurement/outcome.ts';
import type { Slope } from '../measurement/verdict.ts';

/** A line of Ruby code. `file` is as Ruby names it; a path below the working directory is made relative to it. */
export interface RubyPlace {
  readonly file: string;
  readonly line: number;
  /**
   * Method that was running there, qualified where that is known: `Kernel#require`, `require`; null at the
   * top of a script.
   */
  readonly method: string | null;
}

/** One frame of a C stack. */
export interface NativeFrame {
  /** Name from the symbol table or the debug information; null where the library was stripped of it. */
  readonly function: string | null;
  /** File name of the program or library, without its folder. */
  readonly library: string;
  /** Bytes from the beginning of the library: what `addr2line -e` takes. */
  readonly offset: number;
  /** Source file and line, where there is debug information. */
  readonly source: { readonly file: string; readonly line: number } | null;
  /** The compiler put this function into its caller: it has no frame of its own. */
  readonly inlined: boolean;
}

/** Where the script was when it happened. */
interface Placed {
  /** Line of the script itself; null where none of its lines was running. */
  readonly script: RubyPlace | null;
  /** Innermost line of Ruby code; the same as `script` unless a library or an eval is between. */
  readonly innermost: RubyPlace | null;
}

/** Memory from malloc that one C stack allocates and that is never freed. */
export interface NativeFinding extends Placed {
  readonly kind: 'native';
  readonly bytesPerIteration: number;
  readonly blocksPerIteration: number;
  /** Usable bytes of a block, where nearly all blocks have the same size. */
  readonly blockBytes: number | null;
  /** One block that is enlarged again and again, rather than ever more blocks. */
  readonly grows: boolean;
  /** What happened at this site in the observed iterations. */
  readonly allocations: number;
  readonly frees: number;
  /** Innermost frame first, without the allocator's own. */
  readonly stack: readonly NativeFrame[];
}

/** One step from a root to an object: `{ label: 'constant CACHE', className: 'Hash' }`, `{ label: null, className: 'String' }`. */
export interface HeldBy {
  /** `constant A::CACHE`, `global variable $seen`, `local variable log`, `@items`, or the interpreter's root. */
  readonly label: string | null;
  /** Class of the object, `Class`/`Module` for those; null for a root that is no object. */
  readonly className: string | null;
  /** Bytes that could be freed with it at the last heap dump; absent where that was not found out. */
  readonly retainedBytes?: number | undefined;
}

/** Ruby objects that stay, or one that grows. */
export interface ObjectFinding extends Placed {
  readonly kind: 'objects';
  readonly className: string;
  /** New objects per iteration; 0 where one object grows. */
  readonly objectsPerIteration: number;
  /** Bytes of their slots and of the malloc blocks that belong to them. */
  readonly bytesPerIteration: number;
  /** One object that is enlarged again and again, rather than ever more objects. */
  readonly grows: boolean;
  /** Shortest path from a root, the root first, the object last; empty where it is not known. */
  readonly path: readonly HeldBy[];
  /** Where the memory behind the objects is requested, largest first: buffers, tables. */
  readonly buffers: readonly NativeFinding[];
}

/** Address space that grows outside of malloc. */
export interface MappingFinding {
  readonly kind: 'mapping';
  /** `thread stacks`, `fiber stacks`, `code of the JIT compiler`, `anonymous memory`, or the name of a file. */
  readonly what: string;
  /** Resident bytes. */
  readonly bytesPerIteration: number;
  /** Bytes of address space. */
  readonly reservedPerIteration: number;
  readonly mappingsPerIteration: number;
}

export type Finding = NativeFinding | ObjectFinding | MappingFinding;

/** What a clean ruby does at the place of a leak. */
export interface Comparison extends Placed {
  /** The same C stack on the clean ruby, innermost first. */
  readonly stack: readonly NativeFrame[];
  readonly allocations: number;
  readonly frees: number;
}

/** How many objects of one class are made at a line of a script that leaks, or of another at the same line. */
interface MadeAt {
  /** Line of the script that leaks. */
  readonly script: RubyPlace;
  readonly className: string;
  /** Those that stay, and those that were freed again. */
  readonly objects: number;
}

/** New objects of the classes that stay, at the lines where they do. */
export interface MadeObjects {
  /** Iterations over which they were counted. */
  readonly iterations: number;
  readonly places: readonly MadeAt[];
}

/** Why memory grows on one ruby, as separate containers found after those that measured. */
export interface Explanation {
  /** `leak` names what leaks; `comparison` is a clean ruby, observed at the same places. */
  readonly role: 'leak' | 'comparison';
  /** Largest first. Empty for a comparison. */
  readonly findings: readonly Finding[];
  /** Places of the leaking rubies' native findings where this ruby allocates and frees. Only for a comparison. */
  readonly comparisons: readonly Comparison[];
  /**
   * New objects where objects stay: on the leaking ruby those that are freed as well, on a clean one as many as it makes
   * there, and frees. Absent where they were not counted.
   */
  readonly made?: MadeObjects | undefined;
  /** Cells whose leaks this one was observed for, and is shown beside. Only for a comparison; absent in older records. */
  readonly comparedWith?: readonly CellId[] | undefined;
  /** Iterations over which findings were counted. */
  readonly iterations: number;
  /** Measured slope that the findings should add up to. */
  readonly measured: Slope | null;
  /** Sum of the findings over the measured slope: 0.98; null where there is no slope to compare with. */
  readonly accountedFor: number | null;
  /** One in this many blocks was traced: 1, or more where there were too many. */
  readonly oneInBlocks: number;
  /** Time per iteration while tracing over the time per iteration while measuring. */
  readonly slowdown: number | null;
  readonly seconds: number;
  /** Machine that it was explained on, where that is another one than the cell was measured on. */
  readonly host?: Host | null | undefined;
  /** What this ruby or image lacks, and what could not be found and why. */
  readonly notes: readonly string[];
}
