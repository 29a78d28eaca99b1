/** Shows an address of Redis without its password. */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? text : `${url.protocol}//${url.host}${url.pathname}`;
}
