import { CommandError } from '../command-error.ts';

/** Options of a search among commits, as commander read them. */
export interface RawRange {
  readonly commits?: boolean;
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
  readonly firstParent?: boolean;
}

/** The commits that are to be searched. */
export interface AskedRange {
  /** Path or address of the repository, as it was given. */
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly firstParent: boolean;
}

/**
 * Checks the options of a search among commits; null where none is asked for.
 * @throws {CommandError} for one without the others
 */
export function commitRange({ commits, source, from, to, firstParent }: RawRange): AskedRange | null {
  if (commits !== true) {
    const given = Object.entries({ source, from, to, 'first-parent': firstParent }).find(
      ([, value]) => value !== undefined,
    );
    if (given !== undefined) throw new CommandError(`--${given[0]} goes with --commits: add it`);
    return null;
  }
  const missing = Object.entries({ source, from, to }).find(
    ([, value]) => value === undefined || value === '',
  );
  if (source === undefined || from === undefined || to === undefined || missing !== undefined)
    throw new CommandError(
      `--commits needs --${missing?.[0]}: matrix bisect repro.rb --commits --source ./ruby --from v3_2_2 --to v3_2_3`,
    );
  return { source, from, to, firstParent: firstParent ?? false };
}
