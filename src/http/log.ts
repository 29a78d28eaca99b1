import { pino, type Logger } from 'pino';
import { printableJson } from '../report/text/printable.ts';

/**
 * Creates a log of JSON lines; control and bidirectional characters are escaped, so that no text can imitate a line.
 */
export function createLog(out: { write(text: string): unknown }, level: string): Logger {
  return pino({ level, base: null }, { write: (line) => void out.write(printableJson(line)) });
}

/** Logs uncaught errors before they end the process, so that the log has the reason. Call once per process. */
export function logCrashes(log: Logger): void {
  process.once('uncaughtExceptionMonitor', (err, origin) =>
    log.fatal(
      { err, origin },
      'a bug in this program: it stops, and resumes its runs when it is started again',
    ),
  );
}
