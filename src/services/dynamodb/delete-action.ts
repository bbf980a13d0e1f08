import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { normalizeAttributes, type Wording } from "../../languages/dynamodb/normalize.ts";
import { type GuardInput, guardOf } from "./guard.ts";
import { keyOfParameter } from "./item-key.ts";
import type { DynamoDbPorts } from "./ports.ts";
import type { WriteAction } from "./write-action.ts";

export function deleteAction(
  ports: DynamoDbPorts,
  input: GuardInput & { readonly Key: Attributes },
  wording: Wording,
): WriteAction {
  const attributes = normalizeAttributes(input.Key, wording);
  return {
    ...guardOf(ports, input, wording),
    attributes,
    keyIn: (table) => keyOfParameter(table, attributes),
    change: () => undefined,
  };
}
