/** Deletes a parameter with all its versions; `false` when there is none. */
import type { WriteTx } from "../../store/store.ts";
import { countStandard } from "./count.ts";
import { type Place, parameterKey, parameters, versions } from "./keys.ts";
import { requireVersion } from "./parameter.ts";

export function removeParameter(tx: WriteTx, place: Place, name: string): boolean {
  const key = parameterKey(place, name);
  const parameter = parameters.get(tx, key);
  if (parameter === undefined) {
    return false;
  }
  const { tier } = requireVersion(tx, place, { name, number: parameter.latest });
  if (tier === "Standard") {
    countStandard(tx, place, -1);
  }
  versions.clear(tx, { prefix: key });
  parameters.delete(tx, key);
  return true;
}
