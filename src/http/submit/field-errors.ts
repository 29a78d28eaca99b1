import type { z } from '@hono/zod-openapi';
import { ProblemError, type FieldCode, type FieldError } from '../answers/problem.ts';

/** Maps a path of the checked value to the request's field, as the client wrote it. */
export type NameField = (path: readonly string[]) => Pick<FieldError, 'in' | 'field'>;

export const inBody: NameField = (path) => ({ in: 'body', field: path.join('.') || '(the whole body)' });
export const inQuery: NameField = (path) => ({ in: 'query', field: path.join('.') });

/** Options of container engines that people try to send. */
const ENGINE_WORDS =
  /image|docker|mount|volume|bind|privileg|network|host|cap|env|runtime|memory|cpu|user|entrypoint|cmd/i;

/**
 * Checks a value against a schema.
 * @throws {ProblemError} that names every wrong field
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  nameField: NameField,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => errorsOf(issue, nameField)));
}

/** Makes the problem of a request with wrong fields; its text describes the first one. */
export function invalid(fields: readonly FieldError[]): ProblemError {
  const [first] = fields;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more, see errors)` : '';
  const detail = first === undefined ? 'the request is not valid' : `${first.field}: ${first.detail}${more}`;
  return new ProblemError('invalid-request', detail, { fields });
}

function errorsOf(issue: z.core.$ZodIssue, nameField: NameField): readonly FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const code = 'unknown-field' as const;
    return issue.keys.map((key) => ({ code, ...nameField([...path, key]), detail: unknownField(key) }));
  }
  // For a union, the closest branch says more than "invalid input".
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.flat().find(({ path: inside }) => inside.length > 0);
    if (nearest !== undefined)
      return errorsOf({ ...nearest, path: [...issue.path, ...nearest.path] }, nameField);
  }
  if (issue.code === 'invalid_key') {
    const [inside] = issue.issues;
    return [{ code: 'not-allowed', ...nameField(path), detail: inside?.message ?? issue.message }];
  }
  return [{ code: codeOf(issue), ...nameField(path), detail: issue.message }];
}

function codeOf({ code }: z.core.$ZodIssue): FieldCode {
  switch (code) {
    case 'invalid_type':
      return 'wrong-type';
    case 'too_big':
      return 'too-large';
    case 'too_small':
      return 'too-small';
    default:
      return 'not-allowed';
  }
}

/** Describes a field that does not exist. */
export function unknownField(key: string): string {
  return ENGINE_WORDS.test(key)
    ? 'a request can only choose rubies by name: images, limits and options of the engine are set by the operator'
    : 'no such field; /docs lists the fields';
}
