/** Formats a count for people: `1,000,000`. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** Rounds to two significant digits: `1500`, `0.085`. */
export const rounded = (n: number): string => String(Number(n.toPrecision(2)));
