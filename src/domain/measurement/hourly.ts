const MICROSECONDS_PER_HOUR = 3.6e9;
const MEGABYTE = 1e6;

/** Converts bytes per iteration to MB (10⁶ bytes) in an hour of uninterrupted looping. */
export const megabytesPerHour = (bytesPerIteration: number, microsecondsPerIteration: number): number =>
  microsecondsPerIteration > 0
    ? (bytesPerIteration * MICROSECONDS_PER_HOUR) / microsecondsPerIteration / MEGABYTE
    : 0;

/** Converts MB in an hour of looping to bytes per iteration. */
export const bytesPerIteration = (megabytes: number, microsecondsPerIteration: number): number =>
  (megabytes * MEGABYTE * microsecondsPerIteration) / MICROSECONDS_PER_HOUR;
