/** Returns a count as people read it: `1,000,000`. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** Two significant digits: `1500`, `0.085`. */
export const rounded = (n: number): string => String(Number(n.toPrecision(2)));
