import { readFileSync } from 'node:fs';

/** Reads the nice value of the calling thread (proc_pid_stat(5), field 19). */
export function niceOfThread(): number {
  const stat = readFileSync('/proc/thread-self/stat', 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}

/** Misbehaves on its thread in the requested way, or tells its nice value. */
export async function unruly(
  what: 'fine' | 'spin' | 'hoard' | 'exit' | 'throw' | 'long' | 'nice',
): Promise<string> {
  if (what === 'nice') return String(niceOfThread());
  if (what === 'throw') throw new RangeError('its own error');
  if (what === 'exit') process.exit(3);
  const kept: number[][] = [];
  if (what === 'hoard') for (;;) kept.push(Array.from({ length: 100_000 }, (_, n) => n));
  if (what === 'spin') for (;;) kept.length = 0;
  if (what === 'long') await new Promise((resolve) => setTimeout(resolve, 300));
  return what;
}
