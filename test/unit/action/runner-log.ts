/** What the runner of GitHub Actions made of a step's output. */
export interface RunnerLog {
  /** Commands that were carried out, as `name{properties}data`, encodings resolved. */
  readonly commands: readonly string[];
  /** Whether commands are still stopped at the end. */
  readonly stopped: boolean;
}

const V2 = /^::([^:\s]+)(?: (.*?))?::(.*)$/;

/**
 * Reads a log as the runner does (ActionCommandManager): a line that begins, after blanks, with `::name props::data`
 * is a command, and so is `##[name props]data` anywhere in a line; between `::stop-commands::TOKEN` and `::TOKEN::`
 * nothing is one. Carriage returns end lines too.
 */
export function readRunnerLog(output: string): RunnerLog {
  const commands: string[] = [];
  let token: string | null = null;
  for (const line of output.split(/\r\n|\n|\r/)) {
    const parsed = parse(line);
    if (parsed === null) continue;
    const { name, properties, data } = parsed;
    if (token !== null) {
      if (name === token) token = null;
    } else if (name === 'stop-commands') token = data;
    else commands.push(`${name}{${properties}}${data}`);
  }
  return { commands, stopped: token !== null };
}

function parse(line: string): { name: string; properties: string; data: string } | null {
  const match = V2.exec(line.trimStart()) ?? /##\[([^\]\s]+)(?: ([^\]]*))?\](.*)$/.exec(line);
  if (match === null) return null;
  const [, name = '', properties = '', data = ''] = match;
  return { name, properties: decoded(properties), data: decoded(data) };
}

function decoded(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '%0D': '\r',
    '%0A': '\n',
    '%3A': ':',
    '%2C': ',',
    '%25': '%',
  };
  return text.replace(/%(0D|0A|3A|2C|25)/g, (code) => entities[code] ?? code);
}
