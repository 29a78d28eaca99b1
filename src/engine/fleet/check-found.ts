import { isDeepStrictEqual } from 'node:util';
import { ARCHITECTURES } from '../../domain/cell/axis-values.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import { otherHost } from '../other-host.ts';
import type { HandOut } from './hand-out.ts';
import type { Found } from './ports.ts';
import type { Member } from './roster.ts';

/**
 * Checks that a result is of the cell that was handed out, and of the machine that the worker says it is; returns
 * what is wrong, or null.
 */
export function wrongWith(found: Found, { work, shown }: HandOut, member: Member): string | null {
  if (found.kind === 'failed') return null;
  if (found.kind !== work.kind) return `the result is of another kind: ${found.kind} instead of ${work.kind}`;
  if (found.kind === 'explain' && work.kind === 'explain')
    return found.explanation.role === work.job.role ? null : 'the explanation has another role';
  if (found.kind === 'repeat' && work.kind === 'repeat') {
    const ids: readonly string[] = work.job.cells.map(({ measured }) => measured.id);
    const other = found.repeats.find(([id]) => !ids.includes(id));
    return other === undefined ? null : `the result is of another cell: ${other[0]}`;
  }
  if (found.kind !== 'measure' || work.kind !== 'measure') return null;
  const { cell } = found.measured;
  const { configuration } = work.job;
  if (cell.id !== configuration.id || cell.ruby !== configuration.ruby.name)
    return `the result is of another cell: ${cell.id} instead of ${configuration.id}`;
  if (!isDeepStrictEqual({ ...cell.settings }, { ...configuration.settings }))
    return 'the result is of a cell with other settings';
  if (cell.state !== 'done' || cell.explanation !== null || cell.repeats !== null)
    return 'the result says more, or less, than a measured cell does';
  if (cell.from !== null && shown.get(cell.fingerprint ?? '') !== cell.from.run)
    return 'the result names an earlier run that it was not shown';
  return cell.from === null ? wrongEnvironment(found.measured, configuration, member) : null;
}

function wrongEnvironment(
  { cell: { environment, outcome }, image }: Extract<Found, { kind: 'measure' }>['measured'],
  { ruby }: Configuration,
  { arch }: Member,
): string | null {
  if (outcome === 'measured' && (environment === null || image === null))
    return 'the result does not say what it was measured in';
  if (environment === null) return null;
  const expected = ARCHITECTURES[arch] ?? arch;
  if (environment.arch !== expected)
    return `it was measured on ${environment.arch}, and the worker is of ${expected}`;
  const source = ruby.sources.find(({ kind }) => kind === environment.source);
  if (source === undefined)
    return `its image is of the kind ${environment.source}, which ${ruby.name} has not`;
  const isAnother = source.kind === 'official' && environment.image !== source.image;
  return isAnother ? `it was measured in ${environment.image} instead of ${source.image}` : null;
}

/** Adds what the service itself knows: the host and the architecture that the worker came with. */
export function withHost(found: Found, { work }: HandOut, { host, arch }: Member): Found {
  if (found.kind === 'explain' && work.kind === 'explain')
    return { ...found, explanation: { ...found.explanation, host: otherHost(work.job.measured, host) } };
  if (found.kind === 'repeat' && work.kind === 'repeat') {
    const hosts = new Map(work.job.cells.map(({ measured }) => [measured.id, otherHost(measured, host)]));
    const repeats = found.repeats.map(
      ([id, repeated]) => [id, { ...repeated, host: hosts.get(id) ?? null }] as const,
    );
    return { ...found, repeats };
  }
  if (found.kind !== 'measure') return found;
  const { measured } = found;
  if (measured.image === null || measured.cell.from !== null) return { ...found, arch };
  return { ...found, arch, measured: { ...measured, cell: { ...measured.cell, host } } };
}
