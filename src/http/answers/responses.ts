import { PAGE_POLICY } from '../pages/index.ts';
import { printableJson } from '../../report/text/printable.ts';

/**
 * Answers with JSON that a terminal can show: control and bidirectional characters of a script's output are
 * escaped.
 */
export function jsonResponse(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return jsonText(JSON.stringify(value), status, headers);
}

/** Answers with text that is JSON already. */
export const jsonText = (
  text: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(`${printableJson(text)}\n`, {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

/**
 * Answers with a page of the service and its policy: nothing from elsewhere, nothing inline. Null: the
 * browser has the page already (304), and takes over these headers.
 */
export function pageResponse(
  page: string | Uint8Array<ArrayBuffer> | null,
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
