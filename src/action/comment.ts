import { z } from 'zod';
import { messageOf } from '../domain/message-of.ts';
import type { Result } from '../domain/result.ts';
import type { PullRequest } from './pull-request.ts';

export interface CommentRequest {
  readonly pull: PullRequest;
  readonly token: string;
  readonly markdown: string;
  /** Distinguishes this step's comment from those of other steps. */
  readonly key: string;
}

/** The address of the comment. */
export type Commented = Result<string>;

const PAGE = 100;
/** A pull request with more comments than this gets a new one. */
const MOST_PAGES = 30;
const ANSWER_MS = 30_000;

const commentSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
});
type Comment = z.infer<typeof commentSchema>;

/**
 * Writes the comment of this step, or puts it in the place of its last one. Never throws: the summary has the same
 * content.
 */
export async function commentOn(request: CommentRequest): Promise<Commented> {
  const { pull, markdown, key } = request;
  const marker = `<!-- matrix-leak-test ${key.replaceAll(/[^\w]/g, '')} -->`;
  const body = `${marker}\n${markdown}`;
  const comments = `/repos/${pull.repository}/issues/${pull.number}/comments`;
  try {
    const own = await find(request, comments, marker);
    if (own !== null) {
      const path = `/repos/${pull.repository}/issues/comments/${own.id}`;
      return { ok: true, value: commentSchema.parse(await call(request, 'PATCH', path, { body })).html_url };
    }
    return { ok: true, value: commentSchema.parse(await call(request, 'POST', comments, { body })).html_url };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

/**
 * Finds this step's comment. Only a bot's counts: a person's is never overwritten, whatever it begins with.
 */
async function find(request: CommentRequest, path: string, marker: string): Promise<Comment | null> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await call(request, 'GET', `${path}?per_page=${PAGE}&page=${page}`);
    const comments = z.array(commentSchema).parse(answer);
    const own = comments.find((one) => one.user?.type === 'Bot' && one.body?.startsWith(marker));
    if (own !== undefined) return own;
    if (comments.length < PAGE) return null;
  }
  return null;
}

async function call(
  { pull, token }: CommentRequest,
  method: string,
  path: string,
  body?: { readonly body: string },
): Promise<unknown> {
  const response = await fetch(`${pull.apiUrl}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
      'user-agent': 'matrix-leak',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (response.ok) return response.json();
  await response.body?.cancel();
  throw new Error(refusal(response.status));
}

function refusal(status: number): string {
  if (status === 401 || status === 403 || status === 404) {
    return (
      `GitHub refuses it (${status}): the token may not write comments. Give the job the permission ` +
      'pull-requests: write; for pull requests from forks the token is read-only'
    );
  }
  return `GitHub answers ${status}`;
}
