/**
 * A value, or why there is none: `message` says what was wrong, with which value, and what to do now. `Why` adds
 * fields for programs.
 */
export type Result<T, Why extends object = object> = { readonly ok: true; readonly value: T } | Refused<Why>;

/** Whether something could be done; if not, `message` says why, and what to do now. */
export type Done<Why extends object = object> = { readonly ok: true } | Refused<Why>;

export type Refused<Why extends object = object> = {
  readonly ok: false;
  readonly message: string;
} & Readonly<Why>;

/** Makes a result that says why something could not be done. */
export const refuse = (message: string): Refused => ({ ok: false, message });
