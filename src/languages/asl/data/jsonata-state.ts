/** What one evaluation of a JSONata expression carries, and what it may hold. */
import type { Chance } from "./scope.ts";

export interface EvaluationState {
  readonly chance: Chance;
  steps: number;
  /** Of the values so far, as `weightOf` weighs them. */
  heaviest: number;
  /** As `watchedMatches()` was when this evaluation last gave way to other work. */
  watchedMatches: number;
}

/** The name that the state is bound under; no expression can write it. */
export const STATE_NAME = "state of the evaluation";

/** Elements of a sequence that one expression may make, as measured on AWS. */
export const ITEMS_MAX = 873_782;
/** The same memory, as `weightOf` weighs it: the list itself and its numbers. */
export const WEIGHT_MAX: number = ITEMS_MAX + 1;
/** The same memory, as characters of a text. */
export const TEXT_CHARACTERS_MAX = 6_990_256;
export const MEMORY_EXCEEDED =
  "Expression evaluation memory limit exceeded: Check for excessive memory usage";

export function memoryExceeded(): Error {
  return new Error(MEMORY_EXCEEDED);
}
