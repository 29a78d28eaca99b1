import { pino, type Logger } from 'pino';
import { printableJson } from '../report/text/printable.ts';

/** JSON lines; control and bidirectional characters of what is told are escaped, so that no line shows as another. */
export function createLog(out: { write(text: string): unknown }, level: string): Logger {
  return pino({ level, base: null }, { write: (line) => void out.write(printableJson(line)) });
}

/** Logs what nobody caught, before it ends the process: a service that dies says why. For once in a process. */
export function logCrashes(log: Logger): void {
  process.once('uncaughtExceptionMonitor', (err, origin) =>
    log.fatal(
      { err, origin },
      'a bug in this program: it stops, and resumes its runs when it is started again',
    ),
  );
}
