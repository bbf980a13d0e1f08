/** The values a request gives for the `?` of its statement. */
import { type AttributeValue, attributeOf } from "../dynamodb/attribute-value.ts";
import { normalizeValue } from "../dynamodb/normalize.ts";
import { StatementError } from "./statement-error.ts";

export class Parameters {
  readonly #values: readonly AttributeValue[];

  /** Throws an `ExpressionError` for the first value that is none. */
  constructor(values: readonly AttributeValue[] | undefined) {
    this.#values = (values ?? []).map((value) => {
      requireReadable(value, 1);
      return normalizeValue(value, "older");
    });
  }

  value(index: number): AttributeValue {
    const value = this.#values[index];
    if (value === undefined) {
      throw new StatementError("Number of parameters in request and statement don't match.");
    }
    return value;
  }
}

/** What is deeper is refused for its depth. */
const DEPTH_MAX = 32;
const EXPONENT = /^[+-]?[0-9.]+[eE]([+-]?[0-9]+)$/;
const INTEGER_MAX = 2_147_483_647;

/**
 * A number whose exponent is no 32-bit integer is none, where other requests find it too large.
 * Source: recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier3/error-messages/partiqlParameterNumbers.test.ts).
 */
function requireReadable(value: AttributeValue, depth: number): void {
  for (const text of value.NS ?? (value.N === undefined ? [] : [value.N])) {
    const [, exponent = "0"] = EXPONENT.exec(text) ?? [];
    if (Math.abs(Number(exponent)) > INTEGER_MAX) {
      throw new StatementError(`The parameter cannot be converted to a numeric value: ${text}`);
    }
  }
  if (depth > DEPTH_MAX) {
    return;
  }
  const { M: members = {}, L: elements = [] } = value;
  const inside = Object.keys(members).map((name) => attributeOf(members, name) ?? {});
  for (const child of [...inside, ...elements]) {
    requireReadable(child, depth + 1);
  }
}
