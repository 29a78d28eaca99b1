import { pino, type Logger } from 'pino';
import { printableJson } from '../report/printable.ts';

/** JSON lines; control and bidirectional characters of what is told are escaped, so that no line shows as another. */
export function createLog(out: { write(text: string): unknown }, level: string): Logger {
  return pino({ level, base: null }, { write: (line) => void out.write(printableJson(line)) });
}
