/** What an intrinsic function was given, and how it refuses it. */
import { isArray, isObject, type Json, type JsonObject } from "./scope.ts";

export interface Arguments {
  readonly values: readonly Json[];
  /** The first argument as it was written, when it is text: escapes of braces are still there. */
  readonly template: string | undefined;
}

/** Thrown inside this folder alone: `intrinsics.ts` adds the function's name. */
export class IntrinsicProblem extends Error {
  override readonly name = "IntrinsicProblem";
}

export function expectCount({ values }: Arguments, least: number, most: number = least): void {
  if (values.length < least || values.length > most) {
    const expected = least === most ? `${least}` : `${least} to ${most}`;
    throw new IntrinsicProblem(
      `Invalid number of arguments: expected ${expected}, got ${values.length}`,
    );
  }
}

export function arrayAt({ values }: Arguments, index: number): readonly Json[] {
  const value = values[index];
  if (!isArray(value)) {
    throw wrongType(index, "an array");
  }
  return value;
}

export function objectAt({ values }: Arguments, index: number): JsonObject {
  const value = values[index];
  if (!isObject(value)) {
    throw wrongType(index, "a JSON object");
  }
  return value;
}

export function textAt({ values }: Arguments, index: number): string {
  const value = values[index];
  if (typeof value !== "string") {
    throw wrongType(index, "a string");
  }
  return value;
}

/** AWS rounds what is not whole towards zero; measured of `$range`: https://github.com/floci-io/floci/pull/2676 */
export function integerAt({ values }: Arguments, index: number): number {
  const value = values[index];
  if (typeof value !== "number") {
    throw wrongType(index, "an integer");
  }
  return Math.trunc(value);
}

export function wrongType(index: number, expected: string): IntrinsicProblem {
  return new IntrinsicProblem(`Argument ${index + 1} must be ${expected}`);
}
