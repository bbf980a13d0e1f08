/**
 * An event as the matcher sees it: its scalars by dotted path, with the array elements they stand
 * in. Empty arrays and empty objects leave nothing behind, as on AWS: `exists` sees leaves only.
 */
import type { Scalar } from "./value-test.ts";

export interface FlatValue {
  readonly value: Scalar;
  /** The elements of arrays that this value is inside of, outermost first. */
  readonly places: readonly ArrayPlace[];
}

/** An element, by the number of its array (in the order of the event) and its index. */
export interface ArrayPlace {
  readonly array: number;
  readonly index: number;
}

export type FlatEvent = ReadonlyMap<string, readonly FlatValue[]>;

const NOWHERE: readonly ArrayPlace[] = [];

/**
 * `isUsed` prunes: a path it denies is left out with everything below it.
 * The nesting of an event is bounded by the JSON parser and the event's size.
 */
export function flattenEvent(
  event: object,
  isUsed: (path: string) => boolean = () => true,
): FlatEvent {
  const fields = new Map<string, FlatValue[]>();
  let arrays = 0;

  const visit = (value: unknown, path: string, places: readonly ArrayPlace[]): void => {
    if (typeof value === "object" && value !== null) {
      if (Array.isArray(value)) {
        visitArray(value, path, places);
      } else {
        visitObject(value, `${path}.`, places);
      }
      return;
    }
    const known = fields.get(path);
    const flat = { value: value as Scalar, places };
    if (known === undefined) {
      fields.set(path, [flat]);
    } else {
      known.push(flat);
    }
  };

  /** Scalars directly in an array stand in no element: two of them may match two fields. */
  const visitArray = (
    items: readonly unknown[],
    path: string,
    places: readonly ArrayPlace[],
  ): void => {
    const array = arrays;
    arrays += 1;
    items.forEach((item, index) => {
      const scalar = typeof item !== "object" || item === null;
      visit(item, path, scalar ? places : [...places, { array, index }]);
    });
  };

  const visitObject = (value: object, prefix: string, places: readonly ArrayPlace[]): void => {
    for (const [name, member] of Object.entries(value)) {
      const path = prefix + name;
      if (isUsed(path)) {
        visit(member, path, places);
      }
    }
  };

  visitObject(event, "", NOWHERE);
  return fields;
}
