/** Pages of answers: a token is the place in the list where the next page begins. */
import { validationError } from "./errors.ts";
import { PAGE_SIZE } from "./limits.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

export function pageOf<T>(all: readonly T[], token: string | undefined): Page<T> {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw validationError("Invalid NextToken");
  }
  const end = start + PAGE_SIZE;
  return { items: all.slice(start, end), nextToken: end < all.length ? `${end}` : undefined };
}
