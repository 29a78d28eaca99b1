import { z } from '@hono/zod-openapi';
import type { Matrix } from '../../domain/ruby/ruby.ts';
import { selectRubies } from '../../domain/ruby/selector.ts';
import { isRunId } from '../../domain/run/run-id.ts';
import { settingInIds } from '../../engine/service/archive/run-index.ts';
import {
  FEWEST_IN_SCRIPTS,
  type RunPosition,
  type RunQuery,
} from '../../engine/service/archive/run-query.ts';
import { checked, inQuery } from '../submit/field-errors.ts';

const LARGEST_PAGE = 100;
const MOST = { characters: 200, texts: 8, settings: 8 };

const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** Parses settings into the form in which ids of cells name them. */
function settingsIn(text: string, context: z.core.$RefinementCtx): readonly string[] {
  const given = words(text).slice(0, MOST.settings);
  return given.map((word) => {
    const setting = settingInIds(word);
    if (setting !== null) return setting;
    const message = `${word} is no setting that a cell is named by: give yjit, jemalloc, arenas=2, env.RUBYOPT=-W0`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** Parses a cursor into the position of a run. */
function positionIn(text: string, context: z.core.$RefinementCtx): RunPosition {
  const [createdAt = '', id = ''] = text.split('_');
  if (isRunId(id)) return { createdAt, id };
  context.addIssue({ code: 'custom', message: 'expected `next` of the page before' });
  return z.NEVER;
}

const text = z.string().max(MOST.characters);

/** The query of `GET /runs`. Fields of a form that were left empty count as not given. */
export const listQuerySchema = z.strictObject({
  q: text.optional().openapi({
    description:
      'Texts that each have to be in the script (its first 16,384 characters), its name, the sentence or the id; ' +
      'quotation marks keep words together. Texts under three characters are only looked for in names and sentences.',
    example: 'require_pathname "Thread.new"',
  }),
  verdict: z.enum(['leak', 'clean', 'inconclusive', 'unmeasured']).optional().openapi({
    description: 'A verdict that a cell has. With `ruby` and `setting`: the same cell has all of them.',
  }),
  ruby: text.optional().openapi({
    description: 'Selectors, or the name of a ruby: one of them ran.',
    example: '2.2..2.5',
  }),
  setting: text.transform(settingsIn).optional().openapi({
    description: 'Settings that a cell has besides its ruby, with spaces or commas between them.',
    example: 'yjit arenas=2',
  }),
  state: z
    .enum(['finished', 'unfinished'])
    .optional()
    .openapi({ description: 'Whether the run is finished.' }),
  from: z.iso.date().optional().openapi({ description: 'First day (UTC) that it may be of.' }),
  to: z.iso.date().optional().openapi({ description: 'Last day (UTC) that it may be of.' }),
  mine: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`true`: requested with the token that the request carries.' }),
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(20).describe('Runs on a page.'),
  cursor: z
    .string()
    .max(120)
    .transform(positionIn)
    .optional()
    .openapi({ description: '`next` of the page before' }),
  compare: z
    .string()
    .max(80)
    .optional()
    .openapi({ description: 'For the page: the run that the chosen one is to be compared with.' }),
});

export type ListQuery = z.output<typeof listQuerySchema>;

/** Reads the fields of an address that are not empty. */
export const fieldsOf = (address: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...new URL(address).searchParams].filter(([, value]) => value.trim() !== ''));

/**
 * Checks the fields of `GET /runs`.
 * @throws {ProblemError} that names the wrong ones
 */
export const listQuery = (fields: Readonly<Record<string, string>>): ListQuery =>
  checked(listQuerySchema, fields, inQuery);

const DAY_MS = 86_400_000;

/**
 * Makes the query of the archive from a checked one.
 * @param owner name of the token whose runs are wanted; null: those of everybody
 */
export function queryOf(asked: ListQuery, matrix: Matrix, owner: string | null): RunQuery {
  const { q, verdict, ruby, setting, state, from, to, cursor, limit } = asked;
  const nextDay = to === undefined ? null : new Date(Date.parse(to) + DAY_MS).toISOString();
  return {
    texts: textsIn(q ?? ''),
    verdict: verdict ?? null,
    rubies: ruby === undefined ? null : rubiesIn(ruby, matrix),
    settings: setting ?? [],
    isFinished: state === undefined ? null : state === 'finished',
    from: from ?? null,
    before: nextDay,
    owner,
    after: cursor ?? null,
    limit,
  };
}

/** Formats the position of a run as a cursor. */
export const cursorOf = ({ createdAt, id }: RunPosition): string => `${createdAt}_${id}`;

/** Finds the texts that are too short to be looked for in scripts. */
export const shortTexts = (typed: string): readonly string[] =>
  textsIn(typed).filter((one) => Array.from(one).length < FEWEST_IN_SCRIPTS);

/** Splits what was typed at spaces; what is between quotation marks stays together. */
function textsIn(typed: string): readonly string[] {
  const found = [...typed.matchAll(/"([^"]*)"?|[^\s"]+/g)].map(([whole, quoted]) => quoted ?? whole);
  return [...new Set(found.filter((one) => one.trim() !== ''))].slice(0, MOST.texts);
}

/** Selects rubies of the matrix; what is none of its selectors is the name of a ruby that it does not have. */
function rubiesIn(typed: string, matrix: Matrix): readonly string[] {
  return words(typed).flatMap((word) => {
    const selected = selectRubies(matrix, [word]);
    return selected.ok ? [word, ...selected.value.map(({ name }) => name)] : [word];
  });
}
