/** How many parameters of the standard tier there are, which has a quota. */
import type { WriteTx } from "../../store/store.ts";
import { tooManyParameters } from "./errors.ts";
import { type Place, placeKey, standardCounts } from "./keys.ts";
import { STANDARD_PARAMETERS_MAX } from "./limits.ts";

export function countStandard(tx: WriteTx, place: Place, change: 1 | -1): void {
  const count = (standardCounts.get(tx, placeKey(place)) ?? 0) + change;
  if (count > STANDARD_PARAMETERS_MAX) {
    throw tooManyParameters();
  }
  standardCounts.put(tx, placeKey(place), count);
}
