import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';
import { jsonResponse } from './responses.ts';

/** Every problem that the service reports, its status, and what it means; /docs lists them. */
export const PROBLEMS = {
  'invalid-request': [422, 'A field of the request is missing, unknown or wrong; `errors` names it.'],
  'malformed-body': [400, 'The body is not what its Content-Type says.'],
  'not-measurable': [422, 'The request is well-formed, but there is nothing in it that can be measured.'],
  unauthorized: [401, 'A token is needed: `Authorization: Bearer TOKEN`, or a session of the page.'],
  'foreign-host': [403, 'The Host header does not name this service.'],
  'foreign-origin': [403, 'The request comes from a page of another origin.'],
  'not-found': [404, 'There is no such run, ruby or address.'],
  'method-not-allowed': [405, 'The address is known, but not with this method.'],
  'body-too-large': [413, 'The body is larger than the service takes.'],
  'unsupported-media-type': [415, 'The service does not read this Content-Type.'],
  'key-reused': [422, 'The Idempotency-Key was used for another request.'],
  'rate-limited': [429, 'This token has sent too many requests; Retry-After says when to continue.'],
  'queue-full': [429, 'The queue is full; Retry-After says when to try again.'],
  'too-many-streams': [503, 'Too many event streams are open.'],
  draining: [503, 'The service is shutting down; Retry-After says when to try again.'],
  'not-ready': [503, 'New runs cannot be measured now; `detail` says why.'],
  'unknown-worker': [410, 'The service does not know this worker: it has to introduce itself again.'],
  'void-attempt': [410, 'What a worker was handed out is not wanted any more.'],
  'worker-refused': [409, 'A worker that would measure something else is not accepted; `detail` says why.'],
  'result-refused': [422, 'The result of a worker is not of what it was handed out.'],
  'disk-full': [507, 'The disk of the results is nearly full. Stored runs can still be read.'],
  internal: [500, 'A bug in the service; its log has the request id.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof PROBLEMS;

/** What is wrong with a field, for programs; /docs lists them. */
export const FIELD_CODES = {
  'unknown-field': 'There is no such field.',
  'wrong-type': 'It is missing, or has the wrong type.',
  'too-large': 'It is longer, larger or more than allowed.',
  'too-small': 'It is shorter, smaller or less than allowed.',
  'not-allowed': 'This value is not allowed there.',
  'unknown-ruby': 'It chooses no ruby of the matrix.',
  'bad-comment': 'A magic comment of the script cannot be read.',
  'name-clash': 'Two files have the same path, or one path needs the other as a folder.',
  'used-before': 'It was used for another request.',
} as const satisfies Record<string, string>;

export type FieldCode = keyof typeof FIELD_CODES;

/** A wrong field: where it is, its name, and what is expected. */
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
      .openapi({ example: 'invalid-request', description: 'Stable code of the problem, for programs.' }),
    type: z
      .string()
      .openapi({ example: '/docs#invalid-request', description: 'Address of its explanation.' }),
    title: z.string().describe('Name of the HTTP status.'),
    status: z.int().describe('HTTP status of the response.'),
    detail: z.string().describe('What was wrong, and what to do.'),
    requestId: z.string().describe('Finds the request in the log.'),
    errors: z
      .array(
        z.object({
          code: z.string().openapi({
            example: 'unknown-field',
            description: 'Stable code of what is wrong, for programs.',
          }),
          in: z.enum(['body', 'query', 'path', 'header']).describe('Where the field is.'),
          field: z.string().describe('Its name.'),
          detail: z.string().describe('What is expected there.'),
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
