import { validationException } from "../errors.ts";

/** Filters of the lists of archives and replays exclude each other. */
export function requireOneFilter(input: {
  readonly NamePrefix?: string | undefined;
  readonly EventSourceArn?: string | undefined;
  readonly State?: string | undefined;
}): void {
  const given = [input.NamePrefix, input.EventSourceArn, input.State];
  if (given.filter((filter) => filter !== undefined).length > 1) {
    throw validationException(
      "At most one filter is allowed. Use either : State, EventSourceArn, or NamePrefix.",
    );
  }
}
