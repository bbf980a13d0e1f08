/**
 * `$context.requestOverride` and `$context.responseOverride`: what a template assigns there takes the place of a
 * parameter, header or status. Each can be assigned once.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
import { Budget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { ListValue, MapValue, type Value } from "../vtl/value.ts";
import { textOf } from "../vtl/value-text.ts";
import type { OverriddenParameters, Overrides } from "./mapping-template.ts";

/** A map whose entries are final. */
class FinalEntries extends Map<Value, Value> {
  override set(key: Value, value: Value): this {
    if (this.has(key)) {
      throw new TemplateError(`The override of '${String(key)}' was applied more than once`);
    }
    return super.set(key, value);
  }
}

class OverrideValue extends MapValue {
  override readonly entries: Map<Value, Value> = new FinalEntries();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    for (const [key, value] of entries) {
      this.entries.set(key, value);
    }
  }
}

export interface OverrideValues {
  readonly requestOverride: MapValue;
  readonly responseOverride: MapValue;
}

export function createOverrides(): OverrideValues {
  const locations = ["header", "querystring", "path"];
  return {
    requestOverride: new OverrideValue(locations.map((name) => [name, new OverrideValue()])),
    responseOverride: new OverrideValue([["header", new OverrideValue()]]),
  };
}

/** @throws TemplateError when the status is none. */
export function readOverrides({ requestOverride, responseOverride }: OverrideValues): Overrides {
  return {
    request: {
      header: parameters(requestOverride.entries.get("header")),
      querystring: parameters(requestOverride.entries.get("querystring")),
      path: parameters(requestOverride.entries.get("path")),
    },
    response: {
      status: status(responseOverride.entries.get("status") ?? null),
      header: parameters(responseOverride.entries.get("header")),
    },
  };
}

function parameters(map: Value | undefined): OverriddenParameters {
  const entries = map instanceof MapValue ? [...map.entries] : [];
  return Object.fromEntries(entries.map(([name, value]) => [text(name), values(value)]));
}

function values(value: Value): readonly string[] {
  return value instanceof ListValue ? value.items.map(text) : [text(value)];
}

function text(value: Value): string {
  return textOf(value, new Budget());
}

function status(value: Value): number | undefined {
  if (value === null) {
    return undefined;
  }
  const code = text(value).trim();
  if (!/^[1-5]\d\d$/.test(code)) {
    throw new TemplateError(`The override of the status is none: ${JSON.stringify(code)}`);
  }
  return Number(code);
}
