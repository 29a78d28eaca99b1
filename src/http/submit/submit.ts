import type { Refusal } from '../../engine/service/intake/admission.ts';
import type { Submission, Submitted } from '../../engine/service/intake/submission.ts';
import type { Token } from '../access/tokens.ts';
import { addressOf, type Ctx, type HttpDeps } from '../context.ts';
import { invalid } from './field-errors.ts';
import { ProblemError } from '../answers/problem.ts';

type Taken = Exclude<Submitted, { readonly kind: 'refused' }>;

/**
 * Submits a request to the service.
 * @throws {ProblemError} when it is refused
 */
export async function submit(
  c: Ctx,
  deps: HttpDeps,
  token: Token,
  request: Submission['request'],
): Promise<Taken> {
  const { basedOn } = request;
  if (basedOn !== undefined && (await deps.service.view(basedOn)) === null)
    throw invalid([
      {
        code: 'not-allowed',
        in: 'body',
        field: 'basedOn',
        detail: `there is no run ${basedOn}: leave it out`,
      },
    ]);
  const submitted = await deps.service.submit({
    request: isFresh(c) ? { ...request, options: { ...request.options, cache: false } } : request,
    client: `${token.name}@${addressOf(c)}`,
    owner: token.name,
    idempotencyKey: idempotencyKey(c),
  });
  if (submitted.kind === 'refused') throw refused(submitted.refusal);
  const { kind, view } = submitted;
  c.get('log').info({ run: view.run.id, rubies: view.run.cells.length, kind }, 'a run was requested');
  return submitted;
}

/** Tells whether the client refuses cached results. */
const isFresh = (c: Ctx): boolean => /\bno-(cache|store)\b/i.test(c.req.header('Cache-Control') ?? '');

function idempotencyKey(c: Ctx): string | null {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined) return null;
  if (/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) return key;
  throw invalid([
    {
      code: 'not-allowed',
      in: 'header',
      field: 'Idempotency-Key',
      detail: 'expected 1 to 255 printable ASCII characters',
    },
  ]);
}

function refused(refusal: Refusal): ProblemError {
  const headers = 'retryAfterSeconds' in refusal ? { 'Retry-After': String(refusal.retryAfterSeconds) } : {};
  const keyReused = refusal.kind === 'key-reused';
  const fields = keyReused
    ? [{ code: 'used-before', in: 'header', field: 'Idempotency-Key', detail: 'used before' } as const]
    : [];
  return new ProblemError(refusal.kind, refusal.message, { headers, fields });
}
