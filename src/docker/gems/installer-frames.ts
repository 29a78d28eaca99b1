import { z } from 'zod';
import type { ResolvedGem } from '../../domain/ruby/gems.ts';

/** Why an install failed, as images/gems/install.rb reports it or as seen from outside. */
export interface InstallFailure {
  readonly kind: string;
  readonly text: string;
  /** The end of what Bundler and compilers printed. */
  readonly log: string;
  /** Names of gems that are similar to one that does not exist. */
  readonly similar: readonly string[];
}

/**
 * A line of the installer, which shares its container with foreign code: its lines decide about that layer
 * only.
 */
export type InstallerFrame =
  | { readonly kind: 'get'; readonly path: string }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly gems: readonly ResolvedGem[] }
  | { readonly kind: 'failed'; readonly failure: InstallFailure }
  | { readonly kind: 'strange' };

const MOST_GEMS = 2000;
const gem = z.tuple([z.string().regex(/^[\w.-]{1,100}$/), z.string().regex(/^[\w.-]{1,60}$/)]);
const done = z.object({ gems: z.array(gem).max(MOST_GEMS) });
const failure = z.object({
  kind: z.string(),
  text: z.string(),
  log: z.string(),
  similar: z
    .array(z.string().regex(/^[\w.-]{1,100}$/))
    .max(20)
    .default([]),
});
const PROGRESS_CHARACTERS = 200;

/** Reads a line; one that is no frame is `strange`. */
export function readFrame(line: string): InstallerFrame {
  const rest = line.slice(2);
  switch (line.slice(0, 2)) {
    case 'G ':
      return { kind: 'get', path: rest };
    case 'P ':
      return { kind: 'progress', text: rest.slice(0, PROGRESS_CHARACTERS) };
    case 'L ':
      return { kind: 'piece', bytes: Buffer.from(rest, 'base64') };
    case 'D ': {
      const read = done.safeParse(parse(rest));
      if (!read.success) return { kind: 'strange' };
      return { kind: 'done', gems: read.data.gems.map(([name, version]) => ({ name, version })) };
    }
    case 'F ': {
      const read = failure.safeParse(parse(rest));
      return read.success ? { kind: 'failed', failure: read.data } : { kind: 'strange' };
    }
    default:
      return { kind: 'strange' };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
