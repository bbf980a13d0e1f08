/** Definitions of APIs while they are read: JSON or YAML that may be anything. */
import { parse as parseYaml } from "yaml";
import { isJsonObject, type JsonObject } from "../../base/json.ts";

/** `undefined` for what is no object. JSON is tried first: it is what deployments send. */
export function parseDefinition(body: string): JsonObject | undefined {
  try {
    const document: unknown = body.trimStart().startsWith("{") ? JSON.parse(body) : parseYaml(body);
    return isJsonObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

export function objectIn(parent: JsonObject, name: string): JsonObject {
  const value = parent[name];
  return isJsonObject(value) ? value : {};
}

export function listIn(parent: JsonObject, name: string): readonly unknown[] {
  const value = parent[name];
  return Array.isArray(value) ? value : [];
}

export function textIn(parent: JsonObject, name: string): string | undefined {
  const value = parent[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** A map of texts; templates may be written as JSON. */
export function textsIn(
  parent: JsonObject,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const value = parent[name];
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          typeof item === "object" && item !== null ? JSON.stringify(item) : String(item ?? ""),
        ]),
      )
    : undefined;
}

/** What `#/components/schemas/Order` names inside the document. */
export function referredTo(document: JsonObject, reference: string): JsonObject | undefined {
  let target: unknown = document;
  for (const name of reference.replace(/^#\//, "").split("/")) {
    target = isJsonObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return isJsonObject(target) ? target : undefined;
}
