/** Misbehaves on its thread in the requested way. */
export async function unruly(what: 'fine' | 'spin' | 'hoard' | 'exit' | 'throw' | 'long'): Promise<string> {
  if (what === 'throw') throw new RangeError('its own error');
  if (what === 'exit') process.exit(3);
  const kept: number[][] = [];
  if (what === 'hoard') for (;;) kept.push(Array.from({ length: 100_000 }, (_, n) => n));
  if (what === 'spin') for (;;) kept.length = 0;
  if (what === 'long') await new Promise((resolve) => setTimeout(resolve, 300));
  return what;
}
