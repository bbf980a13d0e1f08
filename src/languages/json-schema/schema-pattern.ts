/** Regular expressions of schemas: those of ECMA 262, found anywhere in a text. */
import { cached } from "../json-path/bounded-cache.ts";
import { EvaluationError } from "../json-path/path-error.ts";
import { SafePattern } from "../json-path/safe-pattern.ts";

const compile = cached((pattern: string): { readonly pattern: SafePattern | undefined } => {
  for (const flags of ["u", ""]) {
    try {
      return { pattern: new SafePattern(pattern, flags) };
    } catch {
      // One that is written for JavaScript without the flag may be none with it.
    }
  }
  return { pattern: undefined };
});

/** Not of what is no regular expression, nor when matching takes too long. */
export function matchesPattern(pattern: string, text: string): boolean {
  try {
    return compile(pattern).pattern?.test(text) ?? false;
  } catch (error) {
    if (error instanceof EvaluationError) {
      return false;
    }
    throw error;
  }
}

export function isPattern(text: string): boolean {
  return compile(text).pattern !== undefined;
}
