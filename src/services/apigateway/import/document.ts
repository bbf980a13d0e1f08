/** A definition's document while it is read. */
import { objectIn } from "../../api-front/openapi-document.ts";
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
