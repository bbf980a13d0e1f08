/** A definition's document while it is read, and reading of JSON that may be anything. */
import { isJsonObject } from "../../../base/json.ts";
import type { Json } from "./definition.ts";
import type { Models } from "./inline-models.ts";

/** The document and what its reading needs to know. */
export interface Reading {
  readonly operation: string;
  readonly document: Json;
  readonly isSwagger: boolean;
  readonly models: Models;
  /** In front of every path. */
  readonly basePath: string;
}

export function joined(basePath: string, path: string): string {
  return basePath === "" ? path : `${basePath}${path === "/" ? "" : path}`;
}

export function securitySchemes({ document, isSwagger }: Reading): Json {
  return isSwagger
    ? objectIn(document, "securityDefinitions")
    : objectIn(objectIn(document, "components"), "securitySchemes");
}

export function objectIn(parent: Json, name: string): Json {
  const value = parent[name];
  return isJsonObject(value) ? value : {};
}

export function listIn(parent: Json, name: string): readonly unknown[] {
  const value = parent[name];
  return Array.isArray(value) ? value : [];
}

export function textIn(parent: Json, name: string): string | undefined {
  const value = parent[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** A map of texts; templates may be written as JSON. */
export function textsIn(parent: Json, name: string): Readonly<Record<string, string>> | undefined {
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
