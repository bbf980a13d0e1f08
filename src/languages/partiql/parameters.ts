/** The values a request gives for the `?` of its statement. */
import type { AttributeValue } from "../dynamodb/attribute-value.ts";
import { normalizeValue } from "../dynamodb/normalize.ts";
import { StatementError } from "./statement-error.ts";

export class Parameters {
  readonly #values: readonly AttributeValue[];

  /** Throws an `ExpressionError` for the first value that is none. */
  constructor(values: readonly AttributeValue[] | undefined) {
    this.#values = (values ?? []).map((value) => normalizeValue(value, "older"));
  }

  value(index: number): AttributeValue {
    const value = this.#values[index];
    if (value === undefined) {
      throw new StatementError("Number of parameters in request and statement don't match.");
    }
    return value;
  }
}
