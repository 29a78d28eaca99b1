import type { NativeFrame } from '../../domain/leak/explanation.ts';
import { functionOf, isAllocator, isLoop, isLoopEntry, isInterpreterFrame } from './frame-kinds.ts';

/** Unnamed frames that are kept after the last named one; more of them explain nothing. */
const UNNAMED_KEPT = 2;
/** Frames that are kept of a stack that lies entirely in the interpreter. */
const FALLBACK = 3;

/**
 * Selects the frames of a C stack that matter for this leak: from the function that requests memory to the
 * last one before the interpreter's loop. Never empty, unless the stack is.
 */
export function ownFrames(stack: readonly NativeFrame[]): readonly NativeFrame[] {
  const asking = stack.slice(leading(stack, isAllocator));
  const end = asking.findIndex((frame, index) => isLoop(frame) || entersUnseenLoop(asking, index));
  const own = withoutUnnamedEnd(withoutEntry(end === -1 ? asking : asking.slice(0, end)));
  if (own.length > 0) return own;
  return (asking.length > 0 ? asking : stack).slice(0, FALLBACK);
}

/**
 * Tells whether an unnamed frame between a block and C is the interpreter's loop, whose name is missing as
 * well.
 */
function entersUnseenLoop(frames: readonly NativeFrame[], index: number): boolean {
  const [frame, inner] = [frames[index], frames[index - 1]];
  if (frame === undefined || inner === undefined) return false;
  return (
    functionOf(frame)?.startsWith('rb_yield') === true && inner.function === null && isInterpreterFrame(inner)
  );
}

function withoutUnnamedEnd(frames: readonly NativeFrame[]): readonly NativeFrame[] {
  const named = frames.findLastIndex((frame) => frame.function !== null || !isInterpreterFrame(frame));
  return frames.slice(0, Math.max(named, 0) + 1 + UNNAMED_KEPT);
}

function withoutEntry(frames: readonly NativeFrame[]): readonly NativeFrame[] {
  return frames.slice(0, frames.findLastIndex((frame) => !isLoopEntry(frame)) + 1);
}

function leading(frames: readonly NativeFrame[], is: (frame: NativeFrame) => boolean): number {
  const first = frames.findIndex((frame) => !is(frame));
  return first === -1 ? frames.length : first;
}
