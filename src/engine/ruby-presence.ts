import type { RubySource } from '../domain/ruby/ruby.ts';

/** Tells which image of a ruby the engine already has, and which of its sources. */
export interface RubyPresence {
  readonly ruby: string;
  /** Tag of the image that the ruby is measured in; null when it has to be built. */
  readonly image: string | null;
  /** The first of the ruby's sources that the engine has; null when it has to be pulled or made. */
  readonly source: RubySource | null;
}

/** Tells whether a ruby can be measured without a registry. */
export function isAvailable({ image, source }: RubyPresence): boolean {
  return image !== null || source !== null;
}

/**
 * Describes how soon a ruby can be measured: `ready` (at once), `base here` (its image is built first) or
 * `absent` (pulled or made first).
 */
export function availabilityOf(presence: RubyPresence | undefined): string {
  if (presence === undefined || !isAvailable(presence)) return 'absent';
  return presence.image === null ? 'base here' : 'ready';
}
