import { cellId, type CellId } from './cell-id.ts';
import type { Ruby } from '../ruby/ruby.ts';
import { orderedSettings, type Settings } from './settings.ts';

/** What one cell measures: a ruby with its settings. */
export interface Configuration {
  readonly id: CellId;
  readonly ruby: Ruby;
  readonly settings: Settings;
}

/** Makes a configuration of a ruby and settings. */
export const configurationOf = (ruby: Ruby, settings: Settings = {}): Configuration => ({
  id: cellId(ruby.name, settings),
  ruby,
  settings: orderedSettings(settings),
});

/** Identity of a cell, as its record has it. */
export interface CellName {
  readonly id: CellId;
  /** Name of its ruby in the matrix. */
  readonly ruby: string;
  readonly settings: Settings;
}

/** Takes the identity of a configuration's cell. */
export const nameOf = ({ id, ruby, settings }: Configuration): CellName => ({
  id,
  ruby: ruby.name,
  settings,
});
