import { styleFor } from '../output/color.ts';
import type { Streams } from '../deps.ts';
import { gridProgress } from './grid.ts';
import { lineProgress } from './lines.ts';
import { quietProgress, type Progress } from './progress.ts';

/**
 * Chooses how progress is shown: a live grid on a terminal, lines elsewhere, hardly anything with --quiet.
 */
export function progressFor(
  streams: Streams,
  options: { readonly quiet: boolean; readonly color: boolean },
  now: () => number,
): Progress {
  const { stderr, env } = streams;
  const write = (text: string): void => void stderr.write(text);
  if (options.quiet) return quietProgress(write);
  if (!stderr.isTTY || env['TERM'] === 'dumb') return lineProgress(write, now);
  return gridProgress(stderr, styleFor(stderr, env, options.color), now);
}
