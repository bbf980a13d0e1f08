/**
 * Measures how long something real took, in fractions of a millisecond. It measures and decides
 * nothing: whatever waits or expires goes by a Clock.
 */
export type Stopwatch = () => number;

/** The returned function says how many milliseconds have passed since this one was called. */
export function startStopwatch(): Stopwatch {
  const startedMs = performance.now();
  return () => performance.now() - startedMs;
}
