const STEPS = [
  { from: 1e9, letter: 'G' },
  { from: 1e6, letter: 'M' },
  { from: 1e3, letter: 'k' },
] as const;

/** Formats a number on an axis: `0`, `500 kB`, `2.5 MB`; counts without a unit: `40k`. */
export function tickText(value: number, unit: 'bytes' | 'count'): string {
  const step = STEPS.find(({ from }) => Math.abs(value) >= from);
  const short = Number((value / (step?.from ?? 1)).toPrecision(3)).toString();
  if (value === 0) return '0';
  return unit === 'bytes' ? `${short} ${step?.letter ?? ''}B` : `${short}${step?.letter ?? ''}`;
}
