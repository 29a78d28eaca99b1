import type { RunSummary } from '../../engine/service/archive/run-summary.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { Matrix } from '../../domain/ruby/ruby.ts';
import type { FleetView } from '../../engine/fleet/fleet.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';

/**
 * What the form of the home page holds: `POST /runs`, `application/x-www-form-urlencoded`, from the same origin. Its
 * fields are those of the query of `POST /runs`, and `script`, `other` and `other-name` (scripts to compare with),
 * `based-on` and `files` (the run that it was filled with), and `token` where the visitor is not signed in. The answer is
 * 303 to the run, or this page again with `form` and `problem`.
 */
export interface RunForm {
  readonly script: string;
  readonly name: string;
  /** Selectors: `2.3`, `2.3.6`, `2.2..2.5`. None: the default set. */
  readonly rubies: readonly string[];
  /** Options of the run under their names in the form, as they were typed; `true` for a box that is ticked. */
  readonly options: Readonly<Record<string, string>>;
  /** Scripts to compare with. */
  readonly others: readonly { readonly name: string; readonly script: string }[];
  /** The run that it was filled with. */
  readonly basedOn: BasedOn | null;
}

export interface BasedOn {
  readonly id: string;
  /** Paths of the files that may be taken over; empty where there are none, or they are somebody else's. */
  readonly files: readonly string[];
  readonly areWanted: boolean;
  /** Names of what is left out, since no form can hold it. */
  readonly left: readonly string[];
}

/** Why a form was refused. `field` is the name of a field of the form, or null for any other problem. */
export interface FormProblem {
  readonly field: string | null;
  readonly message: string;
}

export interface HomePageModel {
  readonly matrix: Matrix;
  /** Newest first; as many as are to be shown. */
  readonly latest: readonly RunSummary[];
  readonly form: RunForm;
  readonly problem: FormProblem | null;
  /** True when the visitor's session may start runs; otherwise the form asks for the token. */
  readonly signedIn: boolean;
  /** The workers; null where the service measures by itself. */
  readonly fleet?: FleetView | null;
}

export interface RunPageModel {
  readonly run: RunRecord;
  readonly traces: readonly StoredTrace[];
  /** Place of a waiting run in the queue, 1 for the next one; null for a run that does not wait. */
  readonly position: number | null;
  /** True when the visitor's session may cancel the run. */
  readonly signedIn: boolean;
  /** `?base=`: id of the cell that the others are to be compared with. */
  readonly base?: string | null;
}

export interface ErrorPageModel {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}
