/** Whether a filter looks at key attributes, which only the key condition may. */
import type { Condition } from "../../languages/dynamodb/condition.ts";
import { validation } from "./errors.ts";
import type { Source } from "./table.ts";

/** `filterName` is what the message calls the filter. */
export function requireNoKeys(
  filter: Condition | undefined,
  source: Source,
  filterName: string,
): void {
  const key = [source.hash.name, source.range?.name].find(
    (name) => name !== undefined && filter !== undefined && looksAt(filter, name),
  );
  if (key !== undefined) {
    throw validation(
      `${filterName} can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
  }
}

function looksAt(condition: Condition, name: string): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.parts.some((part) => looksAt(part, name));
    case "not":
      return looksAt(condition.condition, name);
    case "exists":
    case "notExists":
    case "type":
      return condition.path[0] === name;
    case "compare":
    case "beginsWith":
    case "contains":
      return leadsTo(condition.left, name) || leadsTo(condition.right, name);
    case "between":
      return [condition.operand, condition.low, condition.high].some((part) => leadsTo(part, name));
    case "in":
      return [condition.operand, ...condition.list].some((part) => leadsTo(part, name));
  }
}

type Operand = Extract<Condition, { readonly kind: "compare" }>["left"];

function leadsTo(operand: Operand, name: string): boolean {
  switch (operand.kind) {
    case "path":
      return operand.path[0] === name;
    case "size":
      return leadsTo(operand.operand, name);
    case "value":
      return false;
  }
}
