import { styleText } from 'node:util';
import { COMMAND, plainStyle, type Style } from '../../report/text/style.ts';

const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(format, text, { validateStream: false });

const ansiStyle: Style = {
  command: COMMAND,
  bold: paint('bold'),
  dim: paint('dim'),
  red: paint('red'),
  green: paint('green'),
  yellow: paint('yellow'),
};

/** Colours for a terminal that shows them, unless NO_COLOR, TERM=dumb or --no-color are given. */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  wanted: boolean,
): Style {
  const refused = !wanted || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return { ...(stream.isTTY === true && !refused ? ansiStyle : plainStyle), command: commandIn(env) };
}

/** Scripts of package.json by which Matrix runs in a clone. */
const SCRIPTS = ['matrix', 'demo'];

/** In a clone there is no command of that name: what a report prints has to run as it was called. */
const commandIn = (env: Readonly<Record<string, string | undefined>>): string =>
  env['npm_package_name'] === 'matrix-leak' && SCRIPTS.includes(env['npm_lifecycle_event'] ?? '')
    ? `npm run ${COMMAND} --`
    : COMMAND;
