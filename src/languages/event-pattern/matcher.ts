/**
 * Whether an event matches a pattern.
 *
 * Array consistency: no two fields of a branch may be matched by values in different elements of
 * one array. `{"items": {"sku": ["a"], "state": ["new"]}}` wants both in one item.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-array.html
 */
import type { Branch, EventPattern, FieldTests } from "./event-pattern.ts";
import { type ArrayPlace, type FlatEvent, flattenEvent } from "./flat-event.ts";
import { passes } from "./value-test.ts";

/** `event` is a JSON object. */
export function matchesEvent(pattern: EventPattern, event: object): boolean {
  const flat = flattenEvent(event);
  return pattern.branches.some((branch) => matchesBranch(branch, flat));
}

export function matchesBranch(branch: Branch, event: FlatEvent): boolean {
  const inArrays: Candidates[] = [];
  for (const field of branch) {
    const candidates = candidatesOf(field, event);
    if (candidates === undefined) {
      return false;
    }
    if (candidates.length > 0) {
      inArrays.push(candidates);
    }
  }
  return inArrays.length < 2 || consistent(joined(inArrays), 0, []);
}

/** Where the values that pass are, each place once. */
type Candidates = readonly (readonly ArrayPlace[])[];

/** `undefined` when nothing passes; empty when something passes that is inside no array. */
function candidatesOf(field: FieldTests, event: FlatEvent): Candidates | undefined {
  const values = event.get(field.path);
  if (values === undefined) {
    return field.tests.some((test) => test.kind === "absent") ? [] : undefined;
  }
  let found: (readonly ArrayPlace[])[] | undefined;
  for (const { value, places } of values) {
    if (field.tests.some((test) => passes(test, value))) {
      if (places.length === 0) {
        return [];
      }
      found ??= [];
      if (found.at(-1) !== places) {
        found.push(places);
      }
    }
  }
  return found;
}

/** Fields that share no array with another one cannot contradict it, so they are left out. */
function joined(fields: readonly Candidates[]): readonly Candidates[] {
  const arraysOf = (field: Candidates): ReadonlySet<number> =>
    new Set(field.flatMap((places) => places.map((place) => place.array)));
  const arrays = fields.map(arraysOf);
  return fields.filter((_, at) =>
    arrays.some(
      (other, index) => index !== at && [...(arrays[at] ?? [])].some((array) => other.has(array)),
    ),
  );
}

/** Whether each field from `at` on has a candidate in agreement with those chosen before. */
function consistent(
  fields: readonly Candidates[],
  at: number,
  chosen: readonly ArrayPlace[],
): boolean {
  const field = fields[at];
  if (field === undefined) {
    return true;
  }
  return field.some(
    (places) =>
      places.every((place) => agrees(place, chosen)) &&
      consistent(fields, at + 1, [...chosen, ...places]),
  );
}

function agrees(place: ArrayPlace, chosen: readonly ArrayPlace[]): boolean {
  return chosen.every((other) => other.array !== place.array || other.index === place.index);
}
