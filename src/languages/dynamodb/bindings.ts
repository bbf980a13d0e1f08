/** The names and values a request gives its expressions, and which of them are used. */
import { type Attributes, type AttributeValue, attributeOf } from "./attribute-value.ts";
import { ExpressionError, ExpressionFault } from "./expression-error.ts";
import type { PathSyntax } from "./syntax.ts";

export type Names = { readonly [alias: string]: string };

/** A document path with its aliases resolved. */
export type DocumentPath = readonly (string | number)[];

export class Bindings {
  readonly #names: Names;
  readonly #values: Attributes;
  readonly #usedNames = new Set<string>();
  readonly #usedValues = new Set<string>();

  constructor(names: Names | undefined, values: Attributes | undefined) {
    this.#names = names ?? {};
    this.#values = values ?? {};
  }

  path(syntax: PathSyntax): DocumentPath {
    if (syntax.reserved !== undefined) {
      throw new ExpressionFault(
        `Attribute name is a reserved keyword; reserved keyword: ${syntax.reserved}`,
      );
    }
    return syntax.steps.map((step) =>
      typeof step === "string" && step.startsWith("#") ? this.#name(step) : step,
    );
  }

  #name(alias: string): string {
    const name = Object.hasOwn(this.#names, alias) ? this.#names[alias] : undefined;
    if (name === undefined) {
      throw new ExpressionFault(
        "An expression attribute name used in the document path is not defined; " +
          `attribute name: ${alias}`,
      );
    }
    this.#usedNames.add(alias);
    return name;
  }

  value(name: string): AttributeValue {
    const value = attributeOf(this.#values, name);
    if (value === undefined) {
      throw new ExpressionFault(
        `An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
    }
    this.#usedValues.add(name);
    return value;
  }

  /** Call it once every expression of the request is bound. */
  requireAllUsed(): void {
    requireUsed("ExpressionAttributeNames", Object.keys(this.#names), this.#usedNames);
    requireUsed("ExpressionAttributeValues", Object.keys(this.#values), this.#usedValues);
  }
}

function requireUsed(parameter: string, given: readonly string[], used: ReadonlySet<string>): void {
  if (given.length === used.size) {
    return;
  }
  const unused = given.filter((name) => !used.has(name));
  throw new ExpressionError(
    `Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`,
  );
}
