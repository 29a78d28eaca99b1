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

/**
 * Chooses the style: colours for a terminal that shows them, unless NO_COLOR, TERM=dumb or --no-color say
 * otherwise.
 */
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

/**
 * Names the command that runs Matrix. A clone has no `matrix` command, and the commands that reports print
 * have to work there.
 */
const commandIn = (env: Readonly<Record<string, string | undefined>>): string =>
  env['npm_package_name'] === 'matrix-leak' && SCRIPTS.includes(env['npm_lifecycle_event'] ?? '')
    ? `npm run ${COMMAND} --`
    : COMMAND;
