import type { FoundRuns } from '../../engine/service/archive/run-query.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import { isSignedIn, readerOf } from '../access/writers.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { ProblemError, PROBLEMS } from '../answers/problem.ts';
import { jsonResponse, pageResponse } from '../answers/responses.ts';
import type { Ctx, HttpDeps } from '../context.ts';
import { runsPage } from '../pages/index.ts';
import { cursorOf, fieldsOf, listQuery, queryOf, shortTexts, type ListQuery } from './list-query.ts';

/** Answers `GET /runs`: a page for a browser, with the problem at its field; JSON for a program. */
export async function answerList(c: Ctx, deps: HttpDeps, guesses: TokenBuckets): Promise<Response> {
  const typed = fieldsOf(c.req.url);
  if (!wantsPage(c)) {
    const found = await search(c, deps, guesses, listQuery(typed));
    const { runs, total } = found;
    return jsonResponse({ runs, next: nextOf(found), total }, 200, { Vary: 'Accept' });
  }
  const signedIn = isSignedIn(c, deps);
  try {
    const found = await search(c, deps, guesses, listQuery(typed));
    const short = shortTexts(typed['q'] ?? '');
    return pageResponse(runsPage({ typed, short, found, next: nextOf(found), problem: null, signedIn }));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.kind !== 'invalid-request') throw error;
    const [first] = error.fields;
    const problem = { field: first?.field ?? null, message: first?.detail ?? error.message };
    const page = runsPage({ typed, short: [], found: null, next: null, problem, signedIn });
    return pageResponse(page, PROBLEMS[error.kind][0]);
  }
}

function search(c: Ctx, deps: HttpDeps, guesses: TokenBuckets, asked: ListQuery): Promise<FoundRuns> {
  const owner = asked.mine === 'true' ? readerOf(c, deps, guesses).name : null;
  return deps.service.search(queryOf(asked, deps.matrix, owner));
}

function nextOf({ runs, hasMore }: FoundRuns): string | null {
  const last = runs.at(-1);
  return hasMore && last !== undefined ? cursorOf(last) : null;
}
