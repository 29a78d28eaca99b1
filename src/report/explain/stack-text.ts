import type { NativeFrame } from '../../domain/leak/explanation.ts';
import { gemPath } from '../text/gem-path.ts';
import { truncate } from '../text/layout.ts';
import { printable } from '../text/printable.ts';
import { functionOf, isLoopEntry, isInterpreterFrame } from '../../explain/native/frame-kinds.ts';
import { ownFrames } from '../../explain/native/own-frames.ts';

/** Most frames of a long stack: who allocates, and how it got there. */
const MOST_FRAMES = 10;
const INNER_FRAMES = 2;
const OUTER_FRAMES = 5;
/** Most columns of a name: C++ names can be as long as a page. */
const NAME_WIDTH = 64;
/** Most frames of a whole stack: a recursive one may be deeper than anyone reads. */
const WHOLE_INNER = 100;
const WHOLE_OUTER = 30;

/**
 * Shortens a stack to the frames that matter for the leak, innermost first: `['rb_str_resize
 * (string.c:2412)', '…', 'rb_require_safe']`.
 */
export function stackTexts(stack: readonly NativeFrame[]): readonly string[] {
  const own = ownFrames(stack);
  const shown = own.filter((frame, index) => index === 0 || !isLoopEntry(frame));
  // Only the innermost frame shows its line; with all lines the stack could not be read.
  const texts = shown.map((frame, index) => shortText(frame, index === 0));
  return texts.length <= MOST_FRAMES ? texts : elided(texts, INNER_FRAMES, OUTER_FRAMES, '…');
}

/** Formats the frames that matter for the leak in full, the allocator's too; outer ones are counted. */
export function innerStackLines(stack: readonly NativeFrame[]): readonly string[] {
  const last = ownFrames(stack).at(-1);
  const inner = last === undefined ? stack : stack.slice(0, stack.indexOf(last) + 1);
  const left = stack.length - inner.length;
  const more = left === 1 ? 'one frame' : `${left} frames`;
  return [...wholeStackLines(inner), ...(left === 0 ? [] : [`… ${more} of the interpreter further out`])];
}

/** Formats every frame in full, a line each, innermost first. */
export function wholeStackLines(stack: readonly NativeFrame[]): readonly string[] {
  const left = `… ${stack.length - WHOLE_INNER - WHOLE_OUTER} frames more`;
  return elided(stack.map(wholeText), WHOLE_INNER, WHOLE_OUTER, left);
}

function shortText(frame: NativeFrame, withSource: boolean): string {
  const name = functionOf(frame);
  if (name === null) return addressOf(frame);
  const text = truncate(printable(name), NAME_WIDTH);
  const line = withSource && frame.source !== null ? ` (${sourceOf(frame.source, true)})` : '';
  return isInterpreterFrame(frame) ? `${text}${line}` : `${printable(frame.library)}: ${text}${line}`;
}

function wholeText(frame: NativeFrame): string {
  const name = frame.function === null ? [] : [printable(frame.function)];
  const source = frame.source === null ? [] : [sourceOf(frame.source)];
  const mark = frame.inlined ? ['(inlined)'] : [addressOf(frame)];
  return [...name, ...source, ...mark].join('  ');
}

/** Formats the address of a frame: `libruby-3.1.so.3.1+0x1a2b30`. */
function addressOf({ library, offset }: NativeFrame): string {
  return `${printable(library)}+0x${offset.toString(16)}`;
}

/**
 * Formats a source line: `/usr/src/ruby/string.c:2412`, `oj 3.12.0 ext/oj/oj.c:9`; short texts leave out the
 * folders of the build.
 */
function sourceOf({ file, line }: NonNullable<NativeFrame['source']>, isShort = false): string {
  const ofGem = gemPath(file);
  return `${printable(isShort && ofGem === file ? file.replace(/^.*\//, '') : ofGem)}:${line}`;
}

function elided(texts: readonly string[], inner: number, outer: number, mark: string): readonly string[] {
  if (texts.length <= inner + outer + 1) return texts;
  return [...texts.slice(0, inner), mark, ...texts.slice(-outer)];
}
