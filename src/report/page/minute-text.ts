/**
 * Formats a time: `2026-11-23T07:39:41.273Z` becomes `2026-11-23 07:39 UTC`; other texts stay as they are.
 */
export function minuteText(timestamp: string): string {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/.exec(timestamp) ?? [];
  return day === undefined || minute === undefined ? timestamp : `${day} ${minute} UTC`;
}
