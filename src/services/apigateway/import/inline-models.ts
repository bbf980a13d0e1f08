/** The models of a definition: those it names, and those made of schemas that stand in methods. */
import { isJsonObject } from "../../../base/json.ts";
import type { DefinedModel, Json } from "./definition.ts";

export interface Models {
  /** The name of a schema's model: of the one it refers to, else of a new one. */
  nameOf(schema: Json, contentType: string): string;
  all(): readonly DefinedModel[];
}

const REFERENCE = /^#\/(?:definitions|components\/schemas)\/([^/]+)$/;

export function createModels(named: readonly DefinedModel[]): Models {
  const all = [...named];
  const byContent = new Map<string, string>();
  return {
    nameOf(schema, contentType) {
      const reference = schema["$ref"];
      const name = typeof reference === "string" ? referenced(reference) : undefined;
      if (name !== undefined) {
        return name;
      }
      const content = JSON.stringify(schema);
      const known = byContent.get(content);
      if (known !== undefined) {
        return known;
      }
      const made = `MODEL${(all.length + 1).toString(36).padStart(6, "0")}`;
      byContent.set(content, made);
      all.push({ name: made, contentType, schema });
      return made;
    },
    all: () => all,
  };
}

/** The model that a reference inside a document or an API names. */
export function referenced(reference: string): string | undefined {
  return (
    REFERENCE.exec(reference)?.[1] ??
    /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/([^/]+)$/.exec(reference)?.[1]
  );
}

/** A schema as API Gateway keeps it: references lead to the models of the API. */
export function withModelAddresses(schema: unknown, apiId: string): unknown {
  if (Array.isArray(schema)) {
    return schema.map((item) => withModelAddresses(item, apiId));
  }
  if (!isJsonObject(schema)) {
    return schema;
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      const name = key === "$ref" && typeof value === "string" ? referenced(value) : undefined;
      return name === undefined
        ? [key, withModelAddresses(value, apiId)]
        : [key, `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`];
    }),
  );
}
