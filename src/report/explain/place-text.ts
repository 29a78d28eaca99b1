import type { HeldBy, RubyPlace } from '../../domain/leak/explanation.ts';
import { gemPath } from '../text/gem-path.ts';
import { formatSize } from '../text/format-number.ts';
import { printable } from '../text/printable.ts';

/** A line of Ruby code, and the method that was running there. */
export interface PlaceView {
  /** `repro.rb:7` */
  readonly line: string;
  readonly method: string | null;
}

interface Placed {
  readonly script: RubyPlace | null;
  readonly innermost: RubyPlace | null;
}

/**
 * Lists the script's line, then the line of a library that it led to; empty where no Ruby code was running.
 */
export function placeViews({ script, innermost }: Placed): readonly PlaceView[] {
  if (script === null || innermost === null) return [script ?? innermost].flatMap((place) => viewOf(place));
  if (script.file === innermost.file && script.line === innermost.line) {
    return viewOf({ ...innermost, method: innermost.method ?? script.method });
  }
  return [...viewOf(script), ...viewOf(innermost)];
}

function viewOf(place: RubyPlace | null): readonly PlaceView[] {
  if (place === null) return [];
  const method = place.method === null ? null : printable(place.method);
  return [{ line: `${printable(gemPath(place.file))}:${place.line}`, method }];
}

/** Formats places: `repro.rb:7  Foo#bar → json/common.rb:216  JSON.parse`. */
export function placesText(places: readonly PlaceView[]): string {
  return places.map(({ line, method }) => (method === null ? line : `${line}  ${method}`)).join(' → ');
}

/**
 * Steps of a path that are shown at its beginning, which says who keeps the object; the last ones say what is
 * kept.
 */
const FIRST_STEPS = 6;
const LAST_STEPS = 3;

/**
 * Names the steps of a path: `['constant CACHE', 'Hash', 'String']`. The middle of a long path is left out;
 * empty where no path is known.
 * @param withSizes whether each holder is named with what it retains
 */
export function heldByTexts(path: readonly HeldBy[], withSizes = false): readonly string[] {
  const texts = path.flatMap(({ label, className, retainedBytes }) => {
    const steps = [label, className].flatMap((step) => (step === null ? [] : printable(step)));
    if (!withSizes || retainedBytes === undefined) return steps;
    return [...steps.slice(0, -1), `${steps.at(-1) ?? ''} (retains ${formatSize(retainedBytes)})`];
  });
  if (texts.length <= FIRST_STEPS + LAST_STEPS + 1) return texts;
  return [...texts.slice(0, FIRST_STEPS), '…', ...texts.slice(-LAST_STEPS)];
}
