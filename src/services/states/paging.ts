/** Pages of lists that are not in the order of names. */
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "./limits.ts";

/** 0 stands for the default. */
export function pageSize(maxResults: number | undefined): number {
  return Math.min(maxResults || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
}

/** A token that says where the next page begins. */
export function pageToken(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64");
}

/** `undefined` when it is none that was given out. */
export function placeOf(token: string): readonly (string | number)[] | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    return Array.isArray(place) && place.every((part) => typeof part !== "object")
      ? place
      : undefined;
  } catch {
    return undefined;
  }
}
