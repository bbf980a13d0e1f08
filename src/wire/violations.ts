/**
 * What is wrong with an input, in the words of AWS's validation:
 *
 *   2 validation errors detected: Value 'a!' at 'queueName' failed to satisfy constraint: Member
 *   must satisfy regular expression pattern: [a-z]+; Value null at 'entries.1.member.id' failed ...
 */
import type { ConstraintShape } from "./constraints.ts";

export interface Violation {
  readonly kind: "required" | "bounds" | "whole-number";
  /** From the input to the member; elements of lists by index from 1, of maps by key. */
  readonly path: readonly PathPart[];
  readonly value: unknown;
  readonly constraint: string;
  readonly isSensitive: boolean;
}

export interface PathPart {
  readonly kind: "member" | "index" | "key";
  readonly name: string;
}

export const REQUIRED = "Member must not be null";

export function validationMessage(violations: readonly Violation[]): string {
  const count = violations.length;
  const details = violations.map(
    (violation) =>
      `Value${valueText(violation)} at '${pathText(violation.path)}' failed to satisfy constraint: ${violation.constraint}`,
  );
  return `${count} validation error${count === 1 ? "" : "s"} detected: ${details.join("; ")}`;
}

/** `entries.1.member.detailType`. */
function pathText(path: readonly PathPart[]): string {
  return path
    .map(({ kind, name }) => {
      return kind === "member" ? name.charAt(0).toLowerCase() + name.slice(1) : `${name}.member`;
    })
    .join(".");
}

function valueText({ value, isSensitive }: Violation): string {
  if (value === undefined || value === null) {
    return " null";
  }
  return isSensitive ? "" : ` '${javaText(value)}'`;
}

/** As Java prints it, which is what AWS's messages have. */
function javaText(value: unknown): string {
  if (value instanceof Uint8Array) {
    const size = value.length;
    return `java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(javaText).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${entries.map(([key, item]) => `${key}=${javaText(item)}`).join(", ")}}`;
  }
  return String(value);
}

/** The constraints of a shape that `value` breaks, in the order AWS lists them. */
export function brokenConstraints(
  shape: ConstraintShape,
  value: unknown,
  pattern: RegExp | undefined,
): readonly string[] {
  const broken: string[] = [];
  const size = sizeOf(value);
  if (size !== undefined) {
    const what = typeof value === "number" ? "value" : "length";
    if (shape.max !== undefined && size > shape.max) {
      broken.push(`Member must have ${what} less than or equal to ${shape.max}`);
    }
    if (shape.min !== undefined && size < shape.min) {
      broken.push(`Member must have ${what} greater than or equal to ${shape.min}`);
    }
  }
  if (typeof value === "string") {
    // A long text that is refused anyway is not worth matching.
    if (pattern !== undefined && broken.length === 0 && !pattern.test(value)) {
      broken.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
    }
    if (shape.enum !== undefined && !shape.enum.includes(value)) {
      broken.push(enumConstraint(shape.enum));
    }
  }
  return broken;
}

/** All constraints of the keys, values or elements, of which some are broken. */
export function constraintsText(shape: ConstraintShape): string {
  const all: string[] = [];
  const what = shape.t === "integer" || shape.t === "long" ? "value" : "length";
  if (shape.max !== undefined) {
    all.push(`Member must have ${what} less than or equal to ${shape.max}`);
  }
  if (shape.min !== undefined) {
    all.push(`Member must have ${what} greater than or equal to ${shape.min}`);
  }
  if (shape.pattern !== undefined) {
    all.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.enum !== undefined) {
    all.push(enumConstraint(shape.enum));
  }
  return `[${all.join(", ")}]`;
}

function enumConstraint(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(", ")}]`;
}

function sizeOf(value: unknown): number | undefined {
  switch (typeof value) {
    case "number":
      return value;
    case "string":
      return value.length;
    case "object":
      if (value instanceof Uint8Array || Array.isArray(value)) {
        return value.length;
      }
      return value === null ? undefined : Object.keys(value).length;
    default:
      return undefined;
  }
}
