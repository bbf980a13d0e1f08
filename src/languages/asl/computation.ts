/**
 * A computation that may have to wait for a JSONata expression, and mostly does not.
 *
 * It is a generator whose only suspension point is `settled`: it yields a promise where there is
 * one. So the interpreter is written once, and a machine without JSONata runs to its end without a
 * single turn of the event loop.
 */
export type Computation<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** The value, awaited when it is a promise. */
export function* settled<T>(value: T | PromiseLike<T>): Computation<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** Runs a computation: at once where it can, as a promise where it must. */
export function runComputation<T>(computation: Computation<T>): T | Promise<T> {
  const first = computation.next();
  return first.done === true ? first.value : finish(computation, first.value);
}

async function finish<T>(
  computation: Computation<T>,
  firstAwaited: PromiseLike<unknown>,
): Promise<T> {
  let awaited = firstAwaited;
  for (;;) {
    let turn: IteratorResult<PromiseLike<unknown>, T>;
    try {
      turn = computation.next(await awaited);
    } catch (error) {
      turn = computation.throw(error);
    }
    if (turn.done === true) {
      return turn.value;
    }
    awaited = turn.value;
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}
