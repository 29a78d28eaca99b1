import type { Configuration } from '../../domain/cell/configuration.ts';
import type { PreparedScript } from '../../script/prepare.ts';
import type { AskedGems } from './asked-gems.ts';
import type { RunRequest } from './run-request.ts';

/** A request whose script was read and whose loop was found. */
export interface RunPlan {
  readonly request: RunRequest;
  /** What its cells measure. */
  readonly cells: readonly Configuration[];
  readonly source: { readonly name: string; readonly text: string };
  readonly script: PreparedScript;
  readonly gems: AskedGems;
}
