/** The shapes of a service's errors, by their name and by their code in the query protocol. */
import type { ErrorTraits, ServiceModel, StructureShape } from "./model.ts";

export interface ErrorShape {
  readonly name: string;
  readonly shape: StructureShape;
  readonly traits: ErrorTraits;
}

const indexes = new WeakMap<ServiceModel, ReadonlyMap<string, ErrorShape>>();

/** `undefined` for the errors that all services share, which no model lists. */
export function errorShapeOf(model: ServiceModel, code: string): ErrorShape | undefined {
  const index = indexes.get(model) ?? indexOf(model);
  indexes.set(model, index);
  return index.get(code);
}

function indexOf(model: ServiceModel): ReadonlyMap<string, ErrorShape> {
  const index = new Map<string, ErrorShape>();
  for (const [name, shape] of Object.entries(model.shapes)) {
    if ("members" in shape && shape.error !== undefined) {
      const entry = { name, shape, traits: shape.error };
      index.set(name, entry);
      if (shape.error.queryCode !== undefined) {
        index.set(shape.error.queryCode, entry);
      }
    }
  }
  return index;
}
