/** A least-squares fit of one series by the counts of one or two loops. */
export interface Fit {
  /** Per iteration of each loop, in the order given. */
  readonly slopes: readonly number[];
  /** Mean square of the residuals, never less than the grain of one reading. */
  readonly residual: number;
}

/** Readings come in whole slots and blocks: nothing fits better than this. */
const GRAIN = 1;

/** Fits `values` by a constant and one slope for each list of counts. Null where they cannot be distinguished. */
export function fitLines(values: readonly number[], counts: readonly (readonly number[])[]): Fit | null {
  const n = values.length;
  if (n < counts.length + 3) return null;
  const y = centred(values);
  const [x, z] = counts.map(centred);
  if (x === undefined) return null;
  const xx = dot(x, x);
  if (xx === 0) return null;
  if (z === undefined) {
    const slope = dot(x, y) / xx;
    return { slopes: [slope], residual: leftOver(y, (i) => slope * (x[i] ?? 0)) };
  }
  const [zz, xz] = [dot(z, z), dot(x, z)];
  const determinant = xx * zz - xz * xz;
  if (zz === 0 || determinant <= xx * zz * 1e-9) return null;
  const [xy, zy] = [dot(x, y), dot(z, y)];
  const a = (xy * zz - zy * xz) / determinant;
  const b = (zy * xx - xy * xz) / determinant;
  return { slopes: [a, b], residual: leftOver(y, (i) => a * (x[i] ?? 0) + b * (z[i] ?? 0)) };
}

function leftOver(y: readonly number[], fitted: (i: number) => number): number {
  const squares = y.reduce((sum, value, i) => sum + (value - fitted(i)) ** 2, 0);
  return Math.max(GRAIN, squares / y.length);
}

function centred(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
