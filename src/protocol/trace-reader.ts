import { addedUp, type CountedObjects } from '../domain/leak/counted-objects.ts';
import type { NativeFrame, RubyPlace } from '../domain/leak/explanation.ts';
import type { NativeTrace, TracedSite } from '../domain/leak/native-trace.ts';
import { insideOf } from '../domain/loops/work-directory.ts';
import { parseTracerLine, type SiteLine, type TracerLine } from './tracer-report.ts';

/** Most bytes of a report: far more than any has. */
const LONGEST = 64 * 2 ** 20;
/** Libraries of our own in the measured process. */
const OUR_OWN = new Set(['tracer.so', 'probe.so']);

/** Collects the tracer's report in chunks of any size, and reads it at the end. */
export class TraceReader {
  readonly #decoder = new TextDecoder();
  readonly #workdir: string;
  #text = '';

  constructor(workdir: string) {
    this.#workdir = workdir;
  }

  push(chunk: Uint8Array): void {
    if (this.#text.length < LONGEST) this.#text += this.#decoder.decode(chunk, { stream: true });
  }

  /**
   * Parses the report; malformed lines are left out.
   * @param overhead bytes that the allocator adds to a block
   */
  result(overhead: number): NativeTrace {
    const lines = this.#text.split('\n').flatMap((line) => parseTracerLine(line) ?? []);
    const head = lines.find((line) => line.matrix === 'trace');
    const sources = new Map(
      lines.flatMap((line) =>
        line.matrix === 'lines' ? [[`${line.path}+${line.offset}`, line.frames] as const] : [],
      ),
    );
    const modules = new Map(
      lines.flatMap((line) => (line.matrix === 'module' ? [[line.address, line.name] as const] : [])),
    );
    return {
      iterations: head?.iterations ?? [],
      oneInBlocks: head?.oneInBlocks ?? 1,
      sites: lines.flatMap((line) =>
        line.matrix === 'site' ? [this.#site(line, overhead, sources, modules)] : [],
      ),
      objects: objectsIn(lines, modules),
      notes: lines.flatMap((line) => (line.matrix === 'lacks' ? [line.text] : [])),
      complete: lines.some((line) => line.matrix === 'end'),
    };
  }

  #site(
    line: SiteLine,
    overhead: number,
    sources: Sources,
    modules: ReadonlyMap<string, string>,
  ): TracedSite {
    const [inner] = line.ruby;
    const script =
      line.script === undefined
        ? null
        : this.#place(line.script.file, line.script.at, calledOf(line, modules));
    const isScripts = inner !== undefined && inner.file === line.script?.file && inner.at === line.script?.at;
    return {
      marks: line.marks.map(([allocations, frees, blocks, bytes]) => ({ allocations, frees, blocks, bytes })),
      blockBytes: line.size - overhead,
      varied: line.varied,
      script,
      innermost: isScripts
        ? script
        : inner === undefined
          ? null
          : this.#place(inner.file, inner.at, methodOf(inner.method)),
      stack: line.stack
        .filter((frame) => !OUR_OWN.has(frame.library ?? ''))
        .flatMap((frame) => framesOf(frame, sources)),
    };
  }

  #place(file: string | null, line: number, method: string | null): RubyPlace | null {
    if (file === null) return null;
    return { file: insideOf(this.#workdir, file), line, method };
  }
}

type LineFrames = Extract<TracerLine, { matrix: 'lines' }>['frames'];
type Sources = ReadonlyMap<string, LineFrames>;

/** Reads the method of a label: `<main>`, `<top (required)>`, `<class:A>` are none. */
const methodOf = (label: string | null): string | null =>
  label === null || label.startsWith('<') ? null : label;

/** Names the called method: `TracePoint.new`, `String#<<` where the receiver's class has a name. */
function calledOf(line: SiteLine, modules: ReadonlyMap<string, string>): string | null {
  const method = methodOf(line.called);
  const owner = line.receiver === undefined ? undefined : modules.get(line.receiver);
  if (method === null || owner === undefined) return method;
  return line.ofClass === true ? `${owner}.${method}` : `${owner}#${method}`;
}

/** Reads how many objects were made; null where they were not counted, or not all of them. */
function objectsIn(
  lines: readonly TracerLine[],
  modules: ReadonlyMap<string, string>,
): readonly CountedObjects[] | null {
  const counted = lines.find((line) => line.matrix === 'counted');
  if (counted === undefined || counted.lost > 0 || lines.at(-1)?.matrix !== 'end') return null;
  const own = lines.flatMap((line) => (line.matrix === 'own' ? [`${line.folder}/`] : []));
  return addedUp(
    lines.flatMap((line): readonly CountedObjects[] => {
      if (line.matrix !== 'place' || own.some((folder) => line.file.startsWith(folder))) return [];
      const className = line.class === undefined ? undefined : modules.get(line.class);
      return className === undefined ? [] : [{ line: line.script, className, objects: line.made }];
    }),
  );
}

/** Reads the frames of one address, the innermost first: several where the compiler inlined functions. */
function framesOf(frame: SiteLine['stack'][number], sources: Sources): readonly NativeFrame[] {
  const at = { library: frame.library ?? 'unknown code', offset: frame.offset };
  const known = sources.get(`${frame.path ?? ''}+${frame.offset}`) ?? [];
  const outer = known.at(-1);
  if (outer === undefined) return [{ ...at, function: frame.function, source: null, inlined: false }];
  return known.map((one) => ({
    ...at,
    function: one === outer ? (frame.function ?? one.function) : one.function,
    source: one.file === null || one.at === 0 ? null : { file: one.file, line: one.at },
    inlined: one !== outer,
  }));
}
