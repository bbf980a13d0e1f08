/**
 * `{{resolve:ssm:name:version}}` inside texts: filled in when a resource is made or changed, so
 * that the template as it is kept and compared has the reference, not the value.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
import { isList, isObject, mapScalars, TemplateError, type Value } from "./value.ts";

const REFERENCE = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

export interface DynamicReference {
  /** As written, braces included. */
  readonly text: string;
  readonly service: "ssm" | "ssm-secure";
  readonly name: string;
  readonly version: string | undefined;
}

export function dynamicReferencesIn(value: Value): readonly DynamicReference[] {
  const found = new Map<string, DynamicReference>();
  collect(value, found);
  return [...found.values()];
}

function collect(value: Value, found: Map<string, DynamicReference>): void {
  if (isList(value) || isObject(value)) {
    for (const item of Object.values(value)) {
      collect(item, found);
    }
    return;
  }
  if (typeof value === "string" && value.includes("{{resolve:")) {
    for (const [text, service = "", rest = ""] of value.matchAll(REFERENCE)) {
      found.set(text, readReference(text, service, rest));
    }
  }
}

function readReference(text: string, service: string, rest: string): DynamicReference {
  if (service !== "ssm" && service !== "ssm-secure") {
    throw new TemplateError(`Millrace does not support dynamic references to ${service}: ${text}`);
  }
  const [name = "", version, ...more] = rest.split(":");
  if (name === "" || more.length > 0) {
    throw new TemplateError(`Invalid dynamic reference ${text}`);
  }
  return { text, service, name, version };
}

export function withDynamicReferences(value: Value, values: ReadonlyMap<string, string>): Value {
  if (values.size === 0) {
    return value;
  }
  return mapScalars(value, (scalar) =>
    typeof scalar === "string"
      ? scalar.replaceAll(REFERENCE, (text) => values.get(text) ?? text)
      : scalar,
  );
}
