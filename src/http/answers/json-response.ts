import { printableJson } from '../../report/text/printable.ts';

/** JSON that a terminal can show: no control or bidirectional character of a script's output stands in it raw. */
export function jsonResponse(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const text = `${printableJson(JSON.stringify(value))}\n`;
  return new Response(text, { status, headers: { 'Content-Type': 'application/json', ...headers } });
}
