import { createHash } from 'node:crypto';
import type { CellRecord } from '../../domain/run/record.ts';
import type { CellJob, MeasuredCell } from '../cell-runner.ts';
import type { CellMemory, GemInstall, PreparedImage, Store } from '../ports.ts';

/** Cells that were measured before. */
export interface KnownCells {
  readonly memory: CellMemory;
  /** Changes when the parts that measure or judge change. */
  readonly measuringVersion: string;
}

/**
 * Gives access to cells that earlier runs measured; null where the store keeps none, or the measuring version
 * is unknown.
 */
export const knownCells = (
  { cells }: Pick<Store, 'cells'>,
  measuringVersion: string | null,
): KnownCells | null =>
  cells === undefined || measuringVersion === null ? null : { memory: cells, measuringVersion };

/**
 * Hashes everything that decides a cell's result; null where the image has no id. Options that only concern
 * later steps are left out by name, so that a new option counts.
 */
export function fingerprintOf(
  { configuration, input, scriptName, loops, args, limits, options, gems }: CellJob,
  { id, ruby, own }: PreparedImage,
  machine: string | undefined,
  { measuringVersion }: Pick<KnownCells, 'measuringVersion'>,
): string | null {
  if (id === undefined) return null;
  // These options have shaped the cell's settings, its input or its image, which are hashed.
  const {
    explain: _1,
    cache: _2,
    axes: _3,
    gems: _4,
    debianPackages: _5,
    without: _6,
    bisect: _7,
    ...deciding
  } = options;
  const installed = gems === null ? null : { ...gems, input: sha256(gems.input), checkout: commitOf(gems) };
  const content = [
    measuringVersion,
    machine ?? null,
    { id, ruby, own: own ?? null },
    { id: configuration.id, version: configuration.ruby.version, settings: configuration.settings },
    { scriptName, loops, args, input: sha256(input) },
    { limits, options: deciding, gems: installed },
  ];
  return sha256(JSON.stringify(content));
}

/** The commit of a gem, wherever its repository is. */
const commitOf = ({ checkout }: GemInstall): string | undefined => checkout?.hash;

/** Tells whether measuring again would give the same result: a verdict without warnings. */
export const isAnswer = ({ outcome, verdict, confirmed, warnings, loops }: CellRecord): boolean =>
  outcome === 'measured' &&
  warnings.length === 0 &&
  loops.every((loop) => loop.verdict !== 'inconclusive') &&
  (verdict === 'clean' || (verdict === 'leak' && confirmed));

/**
 * Finds a cell of an earlier run with this fingerprint; null where there is none whose result may be reused.
 */
export async function findCell(
  fingerprint: string,
  known: KnownCells | null,
): Promise<Omit<MeasuredCell, 'image'> | null> {
  const found = (await known?.memory.find(fingerprint)) ?? null;
  if (found === null || !isAnswer(found.cell)) return null;
  const { run, at, cell, traces } = found;
  const nothing = { environment: null, output: { text: '', droppedBytes: 0 }, contradictions: [] };
  return {
    // Its explanation and comparisons belong to the run that made them.
    cell: { ...cell, explanation: null, repeats: null, from: { run, at } },
    traces: traces.map(({ pass, samples, histograms, bands }) => ({
      bands,
      pass,
      trace: { ...nothing, samples, histograms },
    })),
  };
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
