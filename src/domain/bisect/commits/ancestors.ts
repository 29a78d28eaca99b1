/** Places of each commit's parents; parents come before their children. */
export type Parents = readonly (readonly number[])[];

/** Finds these commits and all their ancestors. */
export function ancestorsOf(
  places: readonly number[],
  parents: Parents,
  isWanted: (place: number) => boolean = () => true,
): ReadonlySet<number> {
  const found = new Set<number>();
  const waiting = [...places];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next) || !isWanted(next)) continue;
    found.add(next);
    waiting.push(...(parents[next] ?? []));
  }
  return found;
}

/** Counts for each of these commits itself and its ancestors among them. */
export function weightsOf(among: readonly number[], parents: Parents): ReadonlyMap<number, number> {
  const isIn = new Set(among);
  const weights = new Map<number, number>();
  for (const place of among.toSorted((a, b) => a - b)) {
    const own = (parents[place] ?? []).filter((parent) => isIn.has(parent));
    const [only] = own;
    // Only where branches meet, what both have must not be counted twice.
    const weight =
      own.length > 1
        ? ancestorsOf([place], parents, (one) => isIn.has(one)).size
        : 1 + (only === undefined ? 0 : (weights.get(only) ?? 0));
    weights.set(place, weight);
  }
  return weights;
}
