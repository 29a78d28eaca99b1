const MICROSECONDS_PER_HOUR = 3.6e9;
const MEGABYTE = 1e6;

/** Returns what so many bytes per iteration come to in an hour of nothing but looping, in MB (10⁶ bytes). */
export const megabytesPerHour = (bytesPerIteration: number, microsecondsPerIteration: number): number =>
  microsecondsPerIteration > 0
    ? (bytesPerIteration * MICROSECONDS_PER_HOUR) / microsecondsPerIteration / MEGABYTE
    : 0;

/** Returns the bytes per iteration that come to so many MB an hour. */
export const bytesPerIteration = (megabytes: number, microsecondsPerIteration: number): number =>
  (megabytes * MEGABYTE * microsecondsPerIteration) / MICROSECONDS_PER_HOUR;
