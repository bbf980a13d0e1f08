/** What an expression of the Amazon States Language can see, whichever its query language. */

import { isArray, isObject, type Json, type JsonObject } from "../../json-path/json.ts";
import type { PathScope } from "../../json-path/path-evaluate.ts";

export { isArray, isObject, type Json, type JsonObject };

export interface Scope extends PathScope {
  /** What `$` is in JSONPath, and `$states.input` in JSONata. */
  readonly input: Json;
  /** The context object: `$$` in JSONPath, `$states.context` in JSONata. */
  readonly context: Json;
  /** Variables set by `Assign`: `$name` in both languages. */
  readonly variables: Readonly<Record<string, Json>>;
  /** Further members of `$states` in JSONata: `result`, `errorOutput`. */
  readonly states?: Readonly<Record<string, Json>>;
  readonly chance: Chance;
}

/** Time and chance, supplied by the interpreter so that a step can be replayed. */
export interface Chance {
  /** A UUID of version 4. */
  uuid(): string;
  /** From 0 inclusive to 1 exclusive. */
  random(): number;
  readonly nowMs: number;
}

/** JSON for a message; data too deep to be written is named instead. */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) {
      return "(nested too deeply)";
    }
    throw error;
  }
}
