/**
 * INSERT, UPDATE and DELETE as actions on one item.
 *
 * An UPDATE changes an item that is there, and nothing else; a DELETE of one that is not there does
 * nothing, whatever its clause says.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html and
 * recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier2/partiql).
 */
import { applyUpdate } from "../../../languages/dynamodb/apply-update.ts";
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import type { DocumentPath } from "../../../languages/dynamodb/bindings.ts";
import type { Condition } from "../../../languages/dynamodb/condition.ts";
import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import { project, projectionOf } from "../../../languages/dynamodb/projection.ts";
import { bindCondition } from "../../../languages/partiql/bind-condition.ts";
import { bindUpdate } from "../../../languages/partiql/bind-update.ts";
import { literalOf, membersOf } from "../../../languages/partiql/literal.ts";
import type { Parameters } from "../../../languages/partiql/parameters.ts";
import type {
  DeleteSyntax,
  Expression,
  InsertSyntax,
  Returning,
  UpdateSyntax,
} from "../../../languages/partiql/syntax.ts";
import { duplicateItem, validation } from "../errors.ts";
import { requireIndexKeys } from "../index-entry.ts";
import { type ItemKey, keyOfItem, keyOfParameter } from "../item-key.ts";
import type { Table } from "../table.ts";
import { requireKeyUntouched } from "../update-action.ts";
import type { WriteAction, Written } from "../write-action.ts";
import { newItem, UPDATE_TOO_LARGE } from "../write-item.ts";
import { type WholeKey, wholeKeyOf } from "./where-keys.ts";

export type WriteSyntax = InsertSyntax | UpdateSyntax | DeleteSyntax;

export interface WriteStatement {
  readonly action: WriteAction;
  readonly key: ItemKey;
  /** What its RETURNING clause asks for; `undefined` for nothing. */
  returned(written: Written): Attributes | undefined;
}

export interface WriteBinding {
  readonly statement: WriteSyntax;
  readonly parameters: Parameters;
  /** `ReturnValuesOnConditionCheckFailure` */
  readonly onFailure: string | undefined;
}

export function bindWrite(table: Table, binding: WriteBinding): WriteStatement {
  const { statement, parameters, onFailure } = binding;
  switch (statement.kind) {
    case "insert":
      return bindInsert(table, statement, parameters);
    case "update":
      return bindUpdateStatement(table, statement, parameters, onFailure);
    case "delete":
      return bindDelete(table, statement, parameters, onFailure);
  }
}

function bindInsert(table: Table, { value }: InsertSyntax, parameters: Parameters): WriteStatement {
  const item = newItem(normalizeAttributes(itemOf(value, parameters), "older"));
  const key = keyOfItem(table, item.attributes);
  requireIndexKeys(table, item.attributes);
  return {
    key,
    action: {
      condition: undefined,
      onFailure: undefined,
      attributes: item.attributes,
      keyIn: () => key,
      change(_table, _key, before) {
        if (before !== undefined) {
          throw duplicateItem();
        }
        return item;
      },
    },
    returned: () => undefined,
  };
}

function itemOf(value: Expression, parameters: Parameters): Attributes {
  if (value.kind === "map") {
    return membersOf(value, parameters, undefined);
  }
  const given = literalOf(value, parameters);
  if (given.M === undefined) {
    throw validation("INSERT requires a tuple of attributes as its value");
  }
  return given.M;
}

function bindUpdateStatement(
  table: Table,
  statement: UpdateSyntax,
  parameters: Parameters,
  onFailure: string | undefined,
): WriteStatement {
  const { key: attributes, rest } = requireWholeKey(table, statement.where, parameters);
  const update = bindUpdate(statement.assignments, parameters);
  const key = keyOfParameter(table, attributes);
  requireKeyUntouched(table, update);
  const isThere: Condition = { kind: "exists", path: [table.base.hash.name] };
  const paths = update.actions.map(({ path }) => path);
  return {
    key,
    action: {
      condition: rest === undefined ? isThere : { kind: "and", parts: [isThere, rest] },
      onFailure,
      attributes,
      keyIn: () => key,
      change(_table, _key, before) {
        const item = applyUpdate(before?.attributes ?? attributes, update);
        requireIndexKeys(table, item);
        normalizeAttributes(item, "older");
        return newItem(item, UPDATE_TOO_LARGE);
      },
    },
    returned: (written) => returnedOf(statement.returning, written, paths),
  };
}

function bindDelete(
  table: Table,
  statement: DeleteSyntax,
  parameters: Parameters,
  onFailure: string | undefined,
): WriteStatement {
  const { key: attributes, rest } = requireWholeKey(table, statement.where, parameters);
  const key = keyOfParameter(table, attributes);
  const isGone: Condition = { kind: "notExists", path: [table.base.hash.name] };
  return {
    key,
    action: {
      condition: rest && { kind: "or", parts: [isGone, rest] },
      onFailure,
      attributes,
      keyIn: () => key,
      change: () => undefined,
    },
    returned: (written) => returnedOf(statement.returning, written, []),
  };
}

export function requireWholeKey(
  table: Table,
  where: Expression | undefined,
  parameters: Parameters,
): WholeKey {
  const condition = where && bindCondition(where, parameters);
  const whole = wholeKeyOf(condition, table.base);
  if (whole === undefined) {
    throw validation("Where clause does not contain a mandatory equality on all key attributes");
  }
  return whole;
}

function returnedOf(
  returning: Returning | undefined,
  { before, after }: Written,
  paths: readonly DocumentPath[],
): Attributes | undefined {
  const item = (returning?.age === "OLD" ? before : after)?.attributes;
  if (returning === undefined || item === undefined || returning.scope === "ALL") {
    return returning && item;
  }
  const part = project(item, projectionOf(paths));
  return Object.keys(part).length === 0 ? undefined : part;
}
