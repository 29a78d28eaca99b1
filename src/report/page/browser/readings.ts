/** One point of a curve, in the plane of 1000 × 1000 that it is drawn in, y from the top. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** Reads the points of a drawn path, of steps (`M0,1000l16-6`) or of places (`M0 1000L16 994`). */
export function pointsOf(path: string): readonly PlanePoint[] {
  const numbers = [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number);
  const isSteps = path.includes('l');
  const points: PlanePoint[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const before = isSteps ? points.at(-1) : undefined;
    points.push({ x: (before?.x ?? 0) + (numbers[i] ?? 0), y: (before?.y ?? 0) + (numbers[i + 1] ?? 0) });
  }
  return points;
}

/** Finds the index of the point nearest to x; -1 where there is none. */
export function nearest(points: readonly PlanePoint[], x: number): number {
  const distances = points.map((point) => Math.abs(point.x - x));
  return distances.indexOf(Math.min(...distances));
}
