import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';
import { jsonResponse } from './responses.ts';

/** Every problem that the service tells of, its status, and what it means; /docs lists them. */
export const PROBLEMS = {
  'invalid-request': [422, 'A field of the request is missing, unknown or wrong; `errors` names it.'],
  'malformed-body': [400, 'The body is not what its Content-Type says.'],
  'not-measurable': [422, 'The request is well-formed, but there is nothing in it that can be measured.'],
  unauthorized: [401, 'A token is needed: `Authorization: Bearer TOKEN`, or a session of the page.'],
  'foreign-host': [403, 'The Host header is none of this service.'],
  'foreign-origin': [403, 'The request comes from a page of another origin.'],
  'not-found': [404, 'There is no such run, ruby or address.'],
  'method-not-allowed': [405, 'The address is known, but not with this method.'],
  'body-too-large': [413, 'The body is larger than the service takes.'],
  'unsupported-media-type': [415, 'The Content-Type is none that the service reads.'],
  'key-reused': [422, 'The Idempotency-Key was used for another request.'],
  'rate-limited': [429, 'More requests than this token may send; Retry-After tells when to go on.'],
  'queue-full': [429, 'No place is left in the queue; Retry-After tells when to try again.'],
  'too-many-streams': [503, 'Too many event streams are open.'],
  draining: [503, 'The service is being stopped; Retry-After tells when to try again.'],
  'not-ready': [503, 'New runs would not be measured now; `detail` says why.'],
  'disk-full': [507, 'The disk of the results is nearly full. What is stored can be read.'],
  internal: [500, 'A bug of the service; its log has the request id.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof PROBLEMS;

/** What is wrong with a field, for programs; /docs lists them. */
export const FIELD_CODES = {
  'unknown-field': 'There is no such field.',
  'wrong-type': 'It is missing, or of another type.',
  'too-large': 'It is longer, larger or more than may be.',
  'too-small': 'It is shorter, smaller or less than may be.',
  'not-allowed': 'No such value may stand there.',
  'unknown-ruby': 'It chooses no ruby of the matrix.',
  'bad-comment': 'A magic comment of the script cannot be read.',
  'name-clash': 'Two files cannot both lie there.',
  'used-before': 'It was used for another request.',
} as const satisfies Record<string, string>;

export type FieldCode = keyof typeof FIELD_CODES;

/** A field that is wrong: where it stands, its name, and what would be right. */
export interface FieldError {
  readonly code: FieldCode;
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly field: string;
  readonly detail: string;
}

export const problemSchema = z
  .object({
    code: z
      .string()
      .openapi({ example: 'invalid-request', description: 'What it is, for programs; it stays as it is.' }),
    type: z.string().openapi({ example: '/docs#invalid-request', description: 'Address of what it means.' }),
    title: z.string().describe('Name of the status.'),
    status: z.int().describe('Status of the answer.'),
    detail: z.string().describe('What was wrong, and what to do.'),
    requestId: z.string().describe('Finds the request in the log.'),
    errors: z
      .array(
        z.object({
          code: z
            .string()
            .openapi({ example: 'unknown-field', description: 'What is wrong with it, for programs.' }),
          in: z.enum(['body', 'query', 'path', 'header']).describe('Where the field stands.'),
          field: z.string().describe('Its name.'),
          detail: z.string().describe('What would be right there.'),
        }),
      )
      .describe('The fields that are wrong.'),
  })
  .openapi('Problem');

/** Ends a request with a problem (RFC 9457). `detail` says what was wrong and what to do. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly fields: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    more: {
      readonly fields?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    this.kind = kind;
    this.fields = more.fields ?? [];
    this.headers = more.headers ?? {};
  }
}

/** Answers with a problem, as JSON of RFC 9457. */
export function problemResponse(problem: ProblemError, requestId: string): Response {
  const [status] = PROBLEMS[problem.kind];
  const body: z.infer<typeof problemSchema> = {
    code: problem.kind,
    type: `/docs#${problem.kind}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: problem.message,
    requestId,
    errors: [...problem.fields],
  };
  return jsonResponse(body, status, { ...problem.headers, 'Content-Type': 'application/problem+json' });
}
