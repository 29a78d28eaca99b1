import type { SearchPlan } from '../../domain/bisect/bisect-record.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { PreparedScript } from '../../script/prepare.ts';
import type { ScriptVariant } from '../../domain/run/record.ts';
import type { AskedGems } from './asked-gems.ts';
import type { RunRequest } from './run-request.ts';

/** A variant of the script whose loop was found. */
export interface PlannedVariant extends Pick<ScriptVariant, 'name' | 'without' | 'path'> {
  readonly source: { readonly name: string; readonly text: string };
  readonly script: PreparedScript;
}

/** A request whose script was read and whose loop was found. */
export interface RunPlan {
  readonly request: RunRequest;
  /** What its cells measure. */
  readonly cells: readonly Configuration[];
  readonly source: { readonly name: string; readonly text: string };
  readonly script: PreparedScript;
  /** What else runs, each planned by itself. */
  readonly variants: readonly PlannedVariant[];
  readonly gems: AskedGems;
  /** What is searched; null: every cell is measured. */
  readonly search: SearchPlan | null;
}
