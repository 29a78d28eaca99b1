import { z } from 'zod';
import { cellId, type CellId } from '../../domain/cell/cell-id.ts';
import type { Settings } from '../../domain/cell/settings.ts';

/** The id of a cell. It is not parsed: a later release may name settings that this one does not know. */
export const cellIdSchema = z.string() as unknown as z.ZodType<CellId, string>;

const settings = z.record(z.string(), z.string()) as unknown as z.ZodType<Settings, Record<string, string>>;

/** Fields that identify a cell. Old records have neither an id nor settings. */
export const cellNameFields = {
  id: cellIdSchema
    .optional()
    .describe(
      'Id of the cell within its run: `3.4.10`, `3.4.10+jemalloc+yjit`. Older records lack it: it is the ruby’s name then.',
    ),
  ruby: z.string().describe('Name of the ruby, as in the matrix.'),
  settings: settings.default({}).describe('Settings of the cell: `{ "allocator": "jemalloc" }`.'),
};

/** Adds the id to records that were stored before there were ids: the name of the ruby. */
export const named = <T extends { readonly id?: CellId | undefined; readonly ruby: string }>(
  cell: T,
): Omit<T, 'id'> & { readonly id: CellId } => ({ ...cell, id: cell.id ?? cellId(cell.ruby) });

/** Does the same for objects that name a cell by its id. */
export const ofCell = <T extends { readonly cell?: CellId | undefined; readonly ruby: string }>(
  about: T,
): Omit<T, 'cell'> & { readonly cell: CellId } => ({ ...about, cell: about.cell ?? cellId(about.ruby) });
