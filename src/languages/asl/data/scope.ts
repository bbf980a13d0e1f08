/** What an expression of the Amazon States Language can see, whichever its query language. */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface JsonObject {
  readonly [key: string]: Json;
}

export interface Scope {
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

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
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
