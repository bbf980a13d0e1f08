import type { Collection } from "../../store/collection.ts";
import type { ReadTx } from "../../store/store.ts";
import { namePrefixOf, type Owner, ownerKey, type TargetId } from "./keys.ts";

/** The policies or scheduled actions of a target. */
export function ownedBy<T extends TargetId>(
  tx: ReadTx,
  owner: Owner,
  records: Collection<T>,
  id: TargetId,
): readonly T[] {
  const start = namePrefixOf(id);
  const prefix = ownerKey(owner);
  const found: T[] = [];
  for (const { id: key, record } of records.list(tx, { prefix, from: [...prefix, start] })) {
    if (!String(key.at(-1)).startsWith(start)) {
      break;
    }
    found.push(record);
  }
  return found;
}
