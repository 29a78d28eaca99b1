import { messageOf } from '../../domain/message-of.ts';
import type { GivenAxis } from '../../domain/cell/axis-values.ts';
import { mergedAxes, parseAxis } from '../../domain/cell/configurations.ts';
import type { Ctx } from '../context.ts';
import type { Drafts, RequestDraft } from './drafts.ts';
import { inBody, invalid, unknownField, type NameField } from './field-errors.ts';
import { OPTION_FIELDS } from './option-fields.ts';
import { ProblemError } from '../answers/problem.ts';
import { readBody, utf8 } from './read-body.ts';

export const SCRIPT_TYPES = ['text/x-ruby', 'application/x-ruby', 'text/plain'];
export const FORM = 'application/x-www-form-urlencoded';

/** Fields of the query beside a script and of the page's form, and where each is in a submission. */
const FLAT: Readonly<Record<string, readonly string[]>> = {
  script: ['script'],
  name: ['name'],
  ruby: ['rubies'],
  arg: ['args'],
  other: ['others'],
  'other-name': ['others'],
  'based-on': ['basedOn'],
  ...OPTION_FIELDS,
};

/** Reads the media type of a request's body, without its parameters. */
export const contentType = (c: Ctx): string =>
  (c.req.header('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/**
 * Reads a submission, as JSON or as the script itself.
 * @throws {ProblemError} that names the field
 */
export async function readSubmission(c: Ctx, drafts: Drafts, mostBytes: number): Promise<RequestDraft> {
  const type = contentType(c);
  const isScript = SCRIPT_TYPES.includes(type);
  if (!isScript && type !== 'application/json') throw unsupported(type);
  const body = utf8(await readBody(c, mostBytes));
  const query = new URL(c.req.url).searchParams;
  if (isScript) return drafts.draft(unflatten(query, 'query', { script: body }), flatName('query'));
  const [extra] = query.keys();
  if (extra !== undefined) {
    throw invalid([
      {
        code: 'unknown-field',
        in: 'query',
        field: extra,
        detail: 'with this Content-Type everything has to be in the body',
      },
    ]);
  }
  return drafts.draft(parseJson(body), inBody);
}

/**
 * Makes a draft from the fields of the page's form.
 * @throws {ProblemError} that names the field
 */
export function submissionOfForm(fields: URLSearchParams, drafts: Drafts): RequestDraft {
  return drafts.draft(unflatten(fields, 'body', {}), flatName('body'));
}

/**
 * Reads the page's form.
 * @throws {ProblemError} for a script that was sent without saying that it is one
 */
export async function readForm(c: Ctx, mostBytes: number): Promise<URLSearchParams> {
  const sent = new URLSearchParams(utf8(await readBody(c, mostBytes)));
  // Browsers send every line break of a form as CR LF, whatever was typed.
  const form = new URLSearchParams(
    [...sent].map(([name, value]): [string, string] => [name, value.replaceAll('\r\n', '\n')]),
  );
  if (form.has('script')) return form;
  throw new ProblemError(
    'unsupported-media-type',
    'a form with a field script was expected; to send a script itself, say so: -H "Content-Type: text/x-ruby"',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError('malformed-body', `the body is not JSON: ${messageOf(error)}`);
  }
}

/**
 * Turns flat fields (`ruby=2.3&budget=10`) into the object that the schema checks; empty fields of a form are
 * left out.
 */
function unflatten(
  fields: URLSearchParams,
  where: 'query' | 'body',
  start: Readonly<Record<string, string>>,
): unknown {
  const options: Record<string, unknown> = {};
  const axes: GivenAxis[] = [];
  const submission: Record<string, unknown> = { ...start, options };
  for (const name of new Set(fields.keys())) {
    const [top, inside] = FLAT[name] ?? [];
    if (top === undefined || Object.hasOwn(start, top)) {
      throw invalid([{ code: 'unknown-field', in: where, field: name, detail: unknownField(name) }]);
    }
    const values = fields.getAll(name).filter((text) => text.trim() !== '');
    const value = values.at(0);
    if (value === undefined) continue;
    if (name === 'debian-package') options['debianPackages'] = values.flatMap((text) => text.split(','));
    else if (name === 'gem') options['gems'] = values.flatMap((text) => text.trim().split(/\s+/));
    else if (name === 'with' || name === 'env') {
      axes.push(...values.flatMap((text) => givenAxes(name, text, where)));
      options['axes'] = mergedAxes(axes);
    } else if (name === 'without') options[name] = linesOf(values);
    else if (name === 'arg') submission[top] = linesOf(values);
    else if (top === 'others') submission[top] = othersIn(fields);
    else if (inside !== undefined) options[inside] = BOOLEANS.get(value) ?? numberOr(value);
    else if (name === 'ruby') submission[top] = values;
    // A script or a name that reads `true` is still text.
    else submission[top] = name === 'explain' || name === 'bisect' ? (BOOLEANS.get(value) ?? value) : value;
  }
  return submission;
}

const linesOf = (values: readonly string[]): readonly string[] =>
  values.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');

/** Reads the other scripts of the form, each with the name beside it. */
export function othersIn(
  fields: URLSearchParams,
): readonly { readonly name: string; readonly script: string }[] {
  const names = fields.getAll('other-name').map((name) => name.trim());
  return fields.getAll('other').flatMap((script, index) => {
    const name = names[index] || `other-${index + 1}.rb`;
    return script.trim() === '' ? [] : [{ name, script }];
  });
}

/**
 * Parses axes with their values, one per line: `jit=off,yjit` of the field `with`, `RUBYOPT=-W0` of `env`.
 * @throws {ProblemError} for a line that names no value
 */
function givenAxes(field: 'with' | 'env', text: string, where: 'query' | 'body'): readonly GivenAxis[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const axis = parseAxis(line);
      if (axis !== null) return field === 'env' ? { ...axis, name: `env.${axis.name}` } : axis;
      const detail = `${line}: expected ${field === 'env' ? 'NAME=VALUE, such as RUBYOPT=-W0' : 'AXIS=VALUE, such as jit=off,yjit'}`;
      throw invalid([{ code: 'not-allowed', in: where, field, detail }]);
    });
}

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
]);

const numberOr = (text: string): unknown =>
  /^\d{1,12}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : text;

/** Names a field of the flat forms as the client wrote it; the script itself is always the body. */
const flatName =
  (where: 'query' | 'body'): NameField =>
  (path) => {
    if (path[1] === 'axes')
      return { in: where, field: path[2]?.startsWith('env.') === true ? 'env' : 'with' };
    const found = Object.entries(FLAT).find(([, to]) => to.every((part, index) => path[index] === part));
    const field = found?.[0] ?? path.join('.');
    return { in: field === 'script' ? 'body' : where, field };
  };

function unsupported(type: string): ProblemError {
  const accepted = ['application/json', ...SCRIPT_TYPES, FORM].join(', ');
  const given = type === '' ? 'no Content-Type was given' : `${type.slice(0, 80)} is not supported`;
  return new ProblemError('unsupported-media-type', `${given}; send one of ${accepted}`, {
    fields: [
      { code: 'not-allowed', in: 'header', field: 'Content-Type', detail: `expected one of ${accepted}` },
    ],
    headers: { 'Accept-Post': accepted },
  });
}
