/**
 * From the texts of a request to what can be run. Parsing depends on the text alone, so parsed
 * expressions are kept by their text; names and values are put in anew for each request.
 */
import type { Bindings } from "./bindings.ts";
import { bindCondition, type Condition } from "./condition.ts";
import { parseCondition } from "./condition-parser.ts";
import { ExpressionFault, explained } from "./expression-error.ts";
import { bindKeyCondition, type KeyCondition } from "./key-condition.ts";
import { bindProjection, type Projection } from "./projection.ts";
import { parseProjection } from "./projection-parser.ts";
import { bindUpdate, type Update } from "./update.ts";
import { parseUpdate } from "./update-parser.ts";

/** Of the text as sent, in bytes of UTF-8. */
const EXPRESSION_BYTES_MAX = 4_096;
/** Parsed expressions kept for each grammar. */
const CACHE_ENTRIES_MAX = 2_000;

/** Every method throws an `ExpressionError`. */
export interface ExpressionCompiler {
  condition(
    kind: "ConditionExpression" | "FilterExpression",
    text: string,
    bindings: Bindings,
  ): Condition;
  keyCondition(text: string, bindings: Bindings): KeyCondition;
  projection(text: string, bindings: Bindings): Projection;
  update(text: string, bindings: Bindings): Update;
}

export function createExpressionCompiler(): ExpressionCompiler {
  const condition = cached(parseCondition);
  const projection = cached(parseProjection);
  const update = cached(parseUpdate);
  return {
    condition: (kind, text, bindings) =>
      explained(kind, () => bindCondition(condition(text), bindings)),
    keyCondition: (text, bindings) =>
      explained("KeyConditionExpression", () => bindKeyCondition(condition(text), bindings)),
    projection: (text, bindings) =>
      explained("ProjectionExpression", () => bindProjection(projection(text), bindings)),
    update: (text, bindings) =>
      explained("UpdateExpression", () => bindUpdate(update(text), bindings)),
  };
}

/** Keeps what was parsed; when full, it starts again from nothing. */
function cached<T>(parse: (text: string) => T): (text: string) => T {
  const entries = new Map<string, T>();
  return (text) => {
    const known = entries.get(text);
    if (known !== undefined) {
      return known;
    }
    requireLength(text);
    const parsed = parse(text);
    if (entries.size >= CACHE_ENTRIES_MAX) {
      entries.clear();
    }
    entries.set(text, parsed);
    return parsed;
  };
}

function requireLength(text: string): void {
  if (text.trim() === "") {
    throw new ExpressionFault("The expression can not be empty;");
  }
  const size = Buffer.byteLength(text, "utf8");
  if (size > EXPRESSION_BYTES_MAX) {
    throw new ExpressionFault(
      `Expression size has exceeded the maximum allowed size; expression size: ${size}`,
    );
  }
}
