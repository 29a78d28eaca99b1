const RUN_ID = /^\d{8}-\d{6}-[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{4,16}$/;
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/;
const LONGEST_SLUG = 32;

/**
 * Makes a run id that sorts by time, names the script, and is safe as a folder name.
 *
 * @param timestamp ISO 8601 in UTC
 * @param randomHex 4 to 16 hexadecimal digits
 * @throws TypeError when they are not: that is a bug of the caller, not of a person.
 * @example
 * newRunId('2026-11-23T07:15:02Z', 'lib/Repro.rb', '3f9a2c'); // '20261123-071502-repro-3f9a2c'
 */
export function newRunId(timestamp: string, scriptName: string, randomHex: string): string {
  const parts = TIMESTAMP.exec(timestamp);
  if (parts === null) throw new TypeError(`newRunId: ${timestamp} is no ISO 8601 timestamp in UTC`);
  const [, year, month, day, hour, minute, second] = parts;
  const id = `${year}${month}${day}-${hour}${minute}${second}-${slug(scriptName)}-${randomHex.toLowerCase()}`;
  if (!isRunId(id)) throw new TypeError(`newRunId: ${randomHex} is not 4 to 16 hexadecimal digits`);
  return id;
}

/**
 * Tells whether a text has the form that newRunId gives: no separators, no dots, nothing that could leave a
 * folder.
 */
export function isRunId(text: string): boolean {
  return text.length <= 80 && RUN_ID.test(text);
}

/** Shortens a script's name for an id: `lib/My Repro.rb` becomes `my-repro`. */
function slug(scriptName: string): string {
  const base = scriptName.split(/[/\\]/).at(-1) ?? '';
  const words = base
    .replace(/(?<=.)\.[^.]*$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_SLUG)
    .replaceAll(/^-+|-+$/g, '');
  return words === '' ? 'script' : words;
}
