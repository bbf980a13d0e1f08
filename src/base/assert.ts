/** Throws an `AssertionError` unless `condition` holds: for our own bugs, never for bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) {
    throw new AssertionError(message);
  }
}

/** A bug of Millrace: answered with 500 in a request, fatal in the store or the timer loop. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}
