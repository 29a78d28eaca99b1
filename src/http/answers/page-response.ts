import { PAGE_POLICY } from '../pages/index.ts';

/**
 * A page of the service, with its policy: nothing from elsewhere, nothing inline. Null: the browser has it already (304),
 * and takes over the headers of this answer.
 */
export function pageResponse(
  page: string | null,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(page, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
      'Cache-Control': 'no-store',
      Vary: 'Accept',
      ...headers,
    },
  });
}
