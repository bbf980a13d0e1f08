/**
 * `$input`: the payload and the parameters of a request or response.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
import type { Budget } from "../vtl/budget.ts";
import { HostValue, MapValue, type Value } from "../vtl/value.ts";
import { jsonOf } from "../vtl/value-text.ts";
import { findPath } from "./json-path.ts";
import { parseJsonValue } from "./json-value.ts";
import type { MappingSource } from "./mapping-template.ts";

/** What a payload of nothing is to templates, also as text. */
const EMPTY_BODY = "{}";

/** Where parameters are looked for by name, in AWS's order. */
const LOCATIONS = ["path", "querystring", "header"] as const;

export class InputValue extends HostValue {
  override readonly label: string = "$input";
  readonly #source: MappingSource;
  readonly #body: string;
  readonly #parameters: MapValue;
  /** Parsed once, so that what a template assigns to its parts is there when it is read again. */
  #document: { readonly value: Value } | undefined;

  constructor(source: MappingSource) {
    super();
    this.#source = source;
    this.#body = source.body === "" ? EMPTY_BODY : source.body;
    this.#parameters = new MapValue(
      LOCATIONS.map((location) => [
        location,
        new MapValue(Object.entries(source.parameters[location])),
      ]),
    );
  }

  override property(name: string): Value {
    return name === "body" ? this.#body : null;
  }

  override call(name: string, values: readonly Value[], budget: Budget): Value | undefined {
    const [argument] = values;
    if (name === "params" && values.length === 0) {
      return this.#parameters;
    }
    if (typeof argument !== "string" || values.length > 1) {
      return undefined;
    }
    switch (name) {
      case "params":
        return this.#parameter(argument);
      case "path":
        return this.#find(argument, budget) ?? null;
      case "json":
        return this.#json(argument, budget);
      default:
        return undefined;
    }
  }

  #find(path: string, budget: Budget): Value | undefined {
    this.#document ??= { value: parseJsonValue(this.#body) };
    return findPath(path, this.#document.value, budget);
  }

  /** Nothing found is an empty string, which prints as `""`. */
  #json(path: string, budget: Budget): string {
    const found = this.#find(path, budget);
    return found === undefined ? '""' : jsonOf(found, budget);
  }

  /** Empty where there is none of the name, so that it can be compared with `""`. */
  #parameter(name: string): string {
    for (const location of LOCATIONS) {
      const parameters = this.#source.parameters[location];
      if (Object.hasOwn(parameters, name)) {
        return parameters[name] ?? "";
      }
    }
    const header = Object.entries(this.#source.parameters.header).find(
      ([candidate]) => candidate.toLowerCase() === name.toLowerCase(),
    );
    return header?.[1] ?? "";
  }
}
