/** What requests are checked for before any table is looked at. */
import type { Attributes, MutableAttributes } from "../../languages/dynamodb/attribute-value.ts";
import { attributeOf, setAttribute } from "../../languages/dynamodb/attribute-value.ts";
import { Bindings } from "../../languages/dynamodb/bindings.ts";
import { ExpressionError } from "../../languages/dynamodb/expression-error.ts";
import { normalizeValue, type Wording } from "../../languages/dynamodb/normalize.ts";
import { validation } from "./errors.ts";

interface Placeholders {
  readonly ExpressionAttributeNames?: { readonly [alias: string]: string } | undefined;
  readonly ExpressionAttributeValues?: Attributes | undefined;
}

/** The expression parameters of a request by name; those that are absent are `undefined`. */
export type ExpressionTexts = Readonly<Record<string, string | undefined>>;

export interface BindingRules {
  readonly wording: Wording;
  /** What the message about unwanted values says is missing; some operations say nothing. */
  readonly valuesNeed?: string;
}

export function bindingsOf(
  input: Placeholders,
  texts: ExpressionTexts,
  rules: BindingRules,
): Bindings {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  if (names === undefined && values === undefined) {
    return new Bindings(undefined, undefined);
  }
  const given = Object.keys(texts).filter((name) => texts[name] !== undefined);
  if (names !== undefined) {
    requireNames(names, given);
  }
  if (values === undefined) {
    return new Bindings(names, undefined);
  }
  const takesValues = given.some((name) => name !== "ProjectionExpression");
  if (!takesValues) {
    const need = rules.valuesNeed === undefined ? "" : `: ${rules.valuesNeed}`;
    throw new ExpressionError(
      `ExpressionAttributeValues can only be specified when using expressions${need}`,
    );
  }
  return new Bindings(names, normalizedValues(values, rules.wording));
}

const ALIAS = /^#[A-Za-z0-9_]+$/;
const VALUE_NAME = /^:[A-Za-z0-9_]+$/;

function requireNames(names: Readonly<Record<string, string>>, given: readonly string[]): void {
  if (given.length === 0) {
    throw new ExpressionError(
      "ExpressionAttributeNames can only be specified when using expressions",
    );
  }
  requireKeys("ExpressionAttributeNames", Object.keys(names), ALIAS);
}

function requireKeys(parameter: string, keys: readonly string[], syntax: RegExp): void {
  if (keys.length === 0) {
    throw new ExpressionError(`${parameter} must not be empty`);
  }
  const invalid = keys.find((key) => !syntax.test(key));
  if (invalid !== undefined) {
    throw new ExpressionError(`${parameter} contains invalid key: Syntax error; key: "${invalid}"`);
  }
}

function normalizedValues(values: Attributes, wording: Wording): Attributes {
  const names = Object.keys(values);
  requireKeys("ExpressionAttributeValues", names, VALUE_NAME);
  const normalized: MutableAttributes = {};
  for (const name of names) {
    setAttribute(normalized, name, normalizedValue(values, name, wording));
  }
  return normalized;
}

function normalizedValue(values: Attributes, name: string, wording: Wording) {
  const value = attributeOf(values, name) ?? {};
  if (wording === "current") {
    return normalizeValue(value, wording);
  }
  try {
    return normalizeValue(value, wording);
  } catch (error) {
    if (error instanceof ExpressionError) {
      throw new ExpressionError(
        `ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`,
      );
    }
    throw error;
  }
}

/** Refuses parameters from before there were expressions beside expressions. */
export function requireNotMixed(
  legacy: Readonly<Record<string, unknown>>,
  texts: ExpressionTexts,
): void {
  const old = Object.keys(legacy).filter((name) => legacy[name] !== undefined);
  const given = Object.keys(texts).filter((name) => texts[name] !== undefined);
  if (old.length > 0 && given.length > 0) {
    throw new ExpressionError(
      "Can not use both expression and non-expression parameters in the same request: " +
        `Non-expression parameters: {${old.join(", ")}} ` +
        `Expression parameters: {${given.join(", ")}}`,
    );
  }
}

/**
 * Runs checks of PutItem, UpdateItem and DeleteItem, which say so before what they found.
 * Source: recorded answers of October 2026
 * (https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/putItem.test.ts).
 */
export function enveloped<T>(checks: () => T): T {
  try {
    return checks();
  } catch (error) {
    if (error instanceof ExpressionError) {
      throw validation(`1 validation error detected: ${error.message}`);
    }
    throw error;
  }
}

/** Runs an operation; what its expressions are refused for becomes AWS's error. */
export async function answered<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw error instanceof ExpressionError ? validation(error.message) : error;
  }
}
