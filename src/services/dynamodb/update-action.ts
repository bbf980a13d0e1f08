import { applyUpdate } from "../../languages/dynamodb/apply-update.ts";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import type { Bindings, DocumentPath } from "../../languages/dynamodb/bindings.ts";
import { normalizeAttributes, type Wording } from "../../languages/dynamodb/normalize.ts";
import type { Update } from "../../languages/dynamodb/update.ts";
import type { AttributeValueUpdate } from "../../wire/models/dynamodb.gen.ts";
import { invalidParameters } from "./errors.ts";
import { conditionOf, type GuardInput } from "./guard.ts";
import { requireIndexKeys } from "./index-entry.ts";
import { keyOfParameter } from "./item-key.ts";
import { legacyUpdate } from "./legacy-updates.ts";
import type { DynamoDbPorts } from "./ports.ts";
import { bindingsOf, requireNotMixed } from "./request-checks.ts";
import type { Table } from "./table.ts";
import type { WriteAction } from "./write-action.ts";
import { newItem, UPDATE_TOO_LARGE } from "./write-item.ts";

export interface UpdateInput extends GuardInput {
  readonly Key: Attributes;
  readonly UpdateExpression?: string | undefined;
  readonly AttributeUpdates?: { readonly [name: string]: AttributeValueUpdate } | undefined;
}

export interface UpdateAction extends WriteAction {
  /** The paths that the update writes or removes. */
  readonly paths: readonly DocumentPath[];
}

const NOTHING: Update = { actions: [] };

export function updateAction(
  ports: DynamoDbPorts,
  input: UpdateInput,
  wording: Wording,
): UpdateAction {
  const attributes = normalizeAttributes(input.Key, wording);
  const { ConditionExpression, UpdateExpression } = input;
  const { AttributeUpdates, Expected, ConditionalOperator } = input;
  const texts = { UpdateExpression, ConditionExpression };
  requireNotMixed({ AttributeUpdates, Expected, ConditionalOperator }, texts);
  const bindings = bindingsOf(input, texts, { wording });
  const update = updateOf(ports, input, bindings, wording);
  const condition = conditionOf(ports, input, bindings, wording);
  bindings.requireAllUsed();
  return {
    condition,
    onFailure: input.ReturnValuesOnConditionCheckFailure,
    attributes,
    paths: update.actions.map((action) => action.path),
    keyIn(table) {
      const key = keyOfParameter(table, attributes);
      requireKeyUntouched(table, update);
      return key;
    },
    change(table, _key, before) {
      const item = applyUpdate(before?.attributes ?? attributes, update);
      requireIndexKeys(table, item);
      normalizeAttributes(item, wording);
      return newItem(item, UPDATE_TOO_LARGE);
    },
  };
}

function updateOf(
  ports: DynamoDbPorts,
  { UpdateExpression, AttributeUpdates }: UpdateInput,
  bindings: Bindings,
  wording: Wording,
): Update {
  if (UpdateExpression !== undefined) {
    return ports.expressions.update(UpdateExpression, bindings);
  }
  return AttributeUpdates === undefined ? NOTHING : legacyUpdate(AttributeUpdates, wording);
}

export function requireKeyUntouched(table: Table, update: Update): void {
  const { hash, range } = table.base;
  for (const { path } of update.actions) {
    const [name] = path;
    if (name === hash.name || name === range?.name) {
      throw invalidParameters(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
}
