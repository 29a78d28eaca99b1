import { startSession } from '../access/cookies.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import { isSignedIn, requireFormWriter, requireWriter } from '../access/writers.ts';
import type { Ctx, HttpDeps } from '../context.ts';
import type { Token } from '../access/tokens.ts';
import { basedOnIn } from './based-on.ts';
import type { Drafts, RequestDraft } from './drafts.ts';
import { latestRuns } from '../runs/latest-runs.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { typedOptions } from './option-fields.ts';
import { pageResponse } from '../answers/responses.ts';
import { homePage, type FormProblem } from '../pages/index.ts';
import { ProblemError, PROBLEMS } from '../answers/problem.ts';
import { othersIn, readForm, submissionOfForm } from './submission.ts';
import { submit } from './submit.ts';

/**
 * Answers `POST /runs` of the page's form: redirects to the run, or shows the page again with the problem at
 * its field.
 */
export async function submitForm(
  c: Ctx,
  deps: HttpDeps,
  writes: TokenBuckets,
  drafts: Drafts,
): Promise<Response> {
  const form = await readForm(c, deps.limits.bodyBytes);
  try {
    const given = form.get('token')?.trim() || null;
    form.delete('token');
    const token = c.req.header('Authorization')
      ? requireWriter(c, deps, writes)
      : requireFormWriter(c, deps, writes, given);
    if (given !== null) startSession(c, deps, token);
    const { view } = await submit(c, deps, token, await requestIn(form, token, deps, drafts));
    return c.redirect(`/runs/${view.run.id}`, 303);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.kind === 'foreign-origin' || !wantsPage(c)) throw error;
    const page = homePage({
      matrix: deps.matrix,
      latest: await latestRuns(deps.service),
      form: {
        script: form.get('script') ?? '',
        name: form.get('name') ?? '',
        rubies: form.getAll('ruby'),
        options: typedOptions(form),
        others: othersIn(form),
        basedOn: await basedOnIn(c, deps, form),
      },
      problem: asFormProblem(error),
      signedIn: error.kind !== 'unauthorized' && isSignedIn(c, deps),
    });
    return pageResponse(page, PROBLEMS[error.kind][0], error.headers);
  }
}

/**
 * Makes the request of a form, with the files of the run that it was filled with where they are wanted.
 * @throws {ProblemError} that names the field
 */
async function requestIn(
  form: URLSearchParams,
  token: Token,
  { service }: HttpDeps,
  drafts: Drafts,
): Promise<RequestDraft> {
  const fields = new URLSearchParams(form);
  const base = fields.get('based-on') ?? '';
  // A run that was removed meanwhile is no reason to lose what was edited.
  if (base !== '' && (await service.view(base)) === null) fields.delete('based-on');
  const files = fields.get('files') === 'true' ? await service.filesOf(base, token.name) : [];
  fields.delete('files');
  if (files.length === 0) fields.delete('gemfile');
  return { ...submissionOfForm(fields, drafts), files };
}

function asFormProblem(error: ProblemError): FormProblem {
  if (error.kind === 'unauthorized')
    return { field: 'token', message: 'this is not a token of this service' };
  const [first] = error.fields;
  return { field: first?.field ?? null, message: first?.detail ?? error.message };
}
