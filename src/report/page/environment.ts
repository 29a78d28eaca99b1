import type { CellRecord } from '../../domain/run/record.ts';
import type { Environment, Host } from '../../domain/measurement/outcome.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';

/** Finds the base that all rubies ran on; null where they differ, or nothing is known yet. */
export function commonBase(cells: readonly CellRecord[]): string | null {
  const bases = new Set(
    cells.flatMap(({ environment }) => (environment === null ? [] : [baseOf(environment)])),
  );
  const [base] = bases;
  return bases.size === 1 && base !== undefined ? base : null;
}

function baseOf({ os, libc, allocator, arch }: Environment): string {
  return printable([os, libc, allocator, arch].join(', '));
}

/** Tells whether cells were measured on more than one machine. */
export function haveHosts(cells: readonly CellRecord[]): boolean {
  return new Set(cells.flatMap(({ host }) => host?.name ?? [])).size > 1;
}

/**
 * Renders what a ruby ran in: its own description, the base unless all share it, the image to get it from
 * again, and the machine, unless all share that.
 */
export function environmentCell(
  { environment, host }: Pick<CellRecord, 'environment' | 'host'>,
  common: string | null,
  severalHosts: boolean,
): Markup | null {
  if (environment === null) return null;
  const { description, image, digest, packages, gems } = environment;
  const added = [...packages, ...(gems ?? [])].map(({ name, version }) => ` + ${name} ${version}`).join('');
  const base = common === null ? markup`<span>${baseOf(environment)}</span>` : null;
  return markup`<span>${printable(description)}</span>${base}
<span>${printable(image)} <code>${printable(shortDigest(digest))}</code>${printable(added)}</span>${severalHosts && host !== null ? hostOf(host) : null}`;
}

const hostOf = ({ name, processor, kernel }: Host): Markup =>
  markup`<span>${printable(`on ${name} (${processor}, Linux ${kernel})`)}</span>`;

/** Shortens a digest as engines do: `sha256:bd1693996841…`. */
function shortDigest(digest: string): string {
  const [, hash] = /^(?:.*sha256:)?([0-9a-f]{12})[0-9a-f]*$/.exec(digest) ?? [];
  return hash ?? digest;
}
