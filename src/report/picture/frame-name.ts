import type { NativeFrame, RubyPlace } from '../../domain/leak/explanation.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { functionOf, isInterpreterFrame } from '../../explain/native/frame-kinds.ts';
import { gemPath } from '../text/gem-path.ts';
import { printable } from '../text/printable.ts';
import { lineId, nativeSource, rubySource } from './source-link.ts';

/** Name of a frame, and where its source is. */
export interface FrameName {
  /** Frames side by side are one where these are the same. */
  readonly key: string;
  /** `repro.rb:7 Kernel#require`, `rb_str_resize` */
  readonly label: string;
  readonly layer: 'ruby' | 'c' | 'object' | 'rest';
  /** `string.c:2412`, `oj 3.12.0 ext/oj/oj.c:9`; null where that is not known. */
  readonly place: { readonly file: string; readonly line: number } | null;
  /** Address of its line: in the script of the page, or in the repository of Ruby. */
  readonly href: string | null;
}

/** Names a line of Ruby code. */
export function rubyName(place: RubyPlace, { ruby }: CellRecord, isScript: boolean): FrameName {
  const { line, method } = place;
  const file = printable(gemPath(place.file));
  const name = method === null ? '' : ` ${printable(method)}`;
  const at = { file, line };
  const href = isScript && line > 0 ? `#${lineId(line)}` : rubySource(place, ruby);
  return { key: `${file}:${line}${name}`, label: `${file}:${line}${name}`, layer: 'ruby', place: at, href };
}

/** Names a C function; one without a name by its place in the library. */
export function nativeName(frame: NativeFrame, { ruby }: CellRecord): FrameName {
  const { library, offset, source, inlined } = frame;
  const name = functionOf(frame);
  const text = printable(name ?? `${library}+0x${offset.toString(16)}`);
  const label = name === null || isInterpreterFrame(frame) ? text : `${printable(library)}: ${text}`;
  const place = source === null ? null : { file: printable(gemPath(source.file)), line: source.line };
  const href = source === null ? null : nativeSource(frame, source, ruby);
  return { key: label, label: inlined ? `${label} (inlined)` : label, layer: 'c', place, href };
}
