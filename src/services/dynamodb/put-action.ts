import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { normalizeAttributes, type Wording } from "../../languages/dynamodb/normalize.ts";
import { type GuardInput, guardOf } from "./guard.ts";
import { requireIndexKeys } from "./index-entry.ts";
import { type ItemKey, keyOfItem } from "./item-key.ts";
import type { DynamoDbPorts } from "./ports.ts";
import type { Table } from "./table.ts";
import type { WriteAction } from "./write-action.ts";
import { newItem } from "./write-item.ts";

/** Checks what can be checked without the table. `keyOf` finds the key, with messages of its own. */
export function putAction(
  ports: DynamoDbPorts,
  input: GuardInput & { readonly Item: Attributes },
  wording: Wording,
  keyOf: (table: Table, item: Attributes) => ItemKey = keyOfItem,
): WriteAction {
  const item = newItem(normalizeAttributes(input.Item, wording));
  return {
    attributes: item.attributes,
    keyIn: (table) => keyOf(table, item.attributes),
    change(table) {
      requireIndexKeys(table, item.attributes);
      return item;
    },
    ...guardOf(ports, input, wording),
  };
}
