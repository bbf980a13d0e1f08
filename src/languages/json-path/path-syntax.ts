/** The parts of a JSONPath, as `path-parser.ts` finds them. */

import type { Json } from "./json.ts";
import type { SafePattern } from "./safe-pattern.ts";

export type PathRoot =
  | { readonly kind: "input" }
  | { readonly kind: "context" }
  | { readonly kind: "variable"; readonly name: string }
  /** `@`: the element that a filter looks at. */
  | { readonly kind: "current" };

export type PathStep =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  /** `..`: the step after it applies to the value and to everything below it. */
  | { readonly kind: "descend" }
  | { readonly kind: "filter"; readonly test: Filter }
  | { readonly kind: "function"; readonly name: string; readonly arguments: readonly Operand[] };

export interface Path {
  readonly text: string;
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
  /** Whether the path names one place; one that does not yields an array. */
  readonly definite: boolean;
}

export type Operand =
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "pattern"; readonly pattern: SafePattern };

export type Filter =
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "constant"; readonly value: boolean }
  | {
      readonly kind: "comparison";
      readonly left: Operand;
      readonly operator: FilterOperator;
      readonly right: Operand;
    };

/** Longest first, so that a scanner takes `<=` before `<`. */
export const FILTER_OPERATORS = [
  "===",
  "!==",
  "subsetof",
  "contains",
  "noneof",
  "anyof",
  "empty",
  "size",
  "all",
  "nin",
  "==",
  "!=",
  "<=",
  ">=",
  "=~",
  "in",
  "<",
  ">",
] as const;

export type FilterOperator = (typeof FILTER_OPERATORS)[number];
