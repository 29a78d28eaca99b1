/** What Redis keeps of notes that were taken to their end: how many, and for how many seconds. */
export const KEPT = { count: 100, age: 3_600 } as const;

/** Names the key by which workers recognize the Redis of their service. */
export const markKey = (prefix: string): string => `${prefix}:probe`;
