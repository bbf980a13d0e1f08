/**
 * JSON schemas of draft 4, with which API Gateway checks request bodies.
 *
 * Problems are told in the words, the order and the depth of the validator whose messages API Gateway's execution logs
 * show: the keywords of a schema in alphabetical order, the members of a value only while nothing is wrong, then in
 * alphabetical order too.
 *
 * Keywords that draft 4 does not know say nothing. A reference that leads nowhere is a problem of its own.
 *
 * Sources: https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html and
 * https://github.com/java-json-tools/json-schema-validator
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { KEYWORDS, type Sub } from "./keywords.ts";
import { pointed } from "./pointer.ts";
import { matchesPattern } from "./schema-pattern.ts";

/** Finds the schema that a `$ref` other than `#...` names: a model of the API by its address. */
export type ResolveModel = (address: string) => JsonObject | undefined;

/** Schemas applied in one validation: one that refers to itself without end is cut off here. */
const SCHEMAS_MAX = 100_000;
const REFERENCES_MAX = 100;
const NESTING_MAX = 200;

/**
 * What is wrong with `value`, in the words of `$context.error.validationErrorString`; nothing where it is valid.
 */
export function schemaProblems(
  schema: JsonObject,
  value: unknown,
  resolve: ResolveModel = () => undefined,
): readonly string[] {
  return new Validation(resolve).problems({ schema, root: schema }, value);
}

/** As `$context.error.validationErrorString` gives them: `[first, second]`. */
export function validationErrorString(problems: readonly string[]): string {
  return `[${problems.join(", ")}]`;
}

/** A schema, and the document in which its `#...` is looked for. */
interface Located {
  readonly schema: JsonObject;
  readonly root: JsonObject;
}

class Validation {
  readonly #resolve: ResolveModel;
  #schemasLeft: number = SCHEMAS_MAX;
  #depth = 0;

  constructor(resolve: ResolveModel) {
    this.#resolve = resolve;
  }

  problems(located: Located, value: unknown): readonly string[] {
    const problems: string[] = [];
    this.#apply(located, value, problems);
    return problems;
  }

  #apply(located: Located, value: unknown, problems: string[]): void {
    this.#schemasLeft -= 1;
    this.#depth += 1;
    if (this.#schemasLeft < 0 || this.#depth > NESTING_MAX) {
      problems.push("the validation of the instance takes too many steps");
    } else {
      const target = this.#dereferenced(located);
      if (typeof target === "string") {
        problems.push(target);
      } else {
        this.#keywords(target, value, problems);
        if (problems.length === 0) {
          this.#members(target, value, problems);
        }
      }
    }
    this.#depth -= 1;
  }

  #keywords(located: Located, value: unknown, problems: string[]): void {
    const sub: Sub = (schema) =>
      isJsonObject(schema) ? this.problems({ schema, root: located.root }, value) : [];
    for (const name of Object.keys(located.schema).sort()) {
      const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
      problems.push(...(keyword?.(value, located.schema, sub) ?? []));
    }
  }

  #members(located: Located, value: unknown, problems: string[]): void {
    const apply = (schema: unknown, member: unknown): void => {
      if (isJsonObject(schema)) {
        this.#apply({ schema, root: located.root }, member, problems);
      }
    };
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        apply(itemSchema(located.schema, index), item);
      }
    } else if (isJsonObject(value)) {
      for (const name of Object.keys(value).sort()) {
        for (const schema of memberSchemas(located.schema, name)) {
          apply(schema, value[name]);
        }
      }
    }
  }

  /** What a chain of references leads to; what is wrong with it otherwise. */
  #dereferenced(located: Located): Located | string {
    let current = located;
    for (let count = 0; count < REFERENCES_MAX; count += 1) {
      const reference = current.schema["$ref"];
      if (typeof reference !== "string") {
        return current;
      }
      const next = this.#referred(reference, current.root);
      if (next === undefined) {
        return `JSON Reference "${reference}" cannot be resolved`;
      }
      current = next;
    }
    return "JSON Reference loop";
  }

  #referred(reference: string, root: JsonObject): Located | undefined {
    const [address = "", fragment = ""] = reference.split("#");
    const document = address === "" ? root : this.#resolve(address);
    const schema = document === undefined ? undefined : pointed(document, fragment);
    return document !== undefined && isJsonObject(schema) ? { schema, root: document } : undefined;
  }
}

function itemSchema(schema: JsonObject, index: number): unknown {
  const items = schema["items"];
  if (!Array.isArray(items)) {
    return items;
  }
  return index < items.length ? items[index] : schema["additionalItems"];
}

function memberSchemas(schema: JsonObject, name: string): readonly unknown[] {
  const found: unknown[] = [];
  const properties = schema["properties"];
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) {
    found.push(properties[name]);
  }
  const patterns = schema["patternProperties"];
  if (isJsonObject(patterns)) {
    const matching = Object.keys(patterns).filter((pattern) => matchesPattern(pattern, name));
    found.push(...matching.map((pattern) => patterns[pattern]));
  }
  return found.length > 0 ? found : [schema["additionalProperties"]];
}
