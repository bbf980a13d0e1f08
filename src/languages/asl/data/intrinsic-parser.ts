/**
 * Reads the call of an intrinsic function: `States.Format('{} has {}', $.name, States.ArrayLength($.items))`.
 *
 * Text stands between apostrophes; a backslash escapes `'`, `{`, `}` and `\`. Calls nest ten deep.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
import { cached } from "../../json-path/bounded-cache.ts";
import { SyntaxProblem } from "../../json-path/path-error.ts";
import { readPath } from "../../json-path/path-parser.ts";
import { PathScanner } from "../../json-path/path-scanner.ts";
import type { Path } from "../../json-path/path-syntax.ts";
import type { Json } from "./scope.ts";

const NESTING_MAX = 10;
const NAME = /States\.([A-Za-z0-9]+)\s*\(/y;
const TEXT = /'((?:[^'\\]|\\[\s\S])*)'/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:null|true|false)\b/y;
/** A backslash before anything else is an open escape, which AWS refuses. */
const OPEN_ESCAPE = /\\(?!['{}\\])/;

export interface IntrinsicCall {
  readonly text: string;
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  /** Escapes of braces stay in `template`, for `States.Format`, and are gone from `value`. */
  | { readonly kind: "literal"; readonly value: Json; readonly template?: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "call"; readonly call: IntrinsicCall };

export function isIntrinsic(text: string): boolean {
  return text.startsWith("States.");
}

/** @throws SyntaxProblem */
export const parseIntrinsic: (text: string) => IntrinsicCall = cached((text) => {
  const scanner = new PathScanner(text);
  const call = readCall(scanner, 1);
  scanner.skipSpace();
  if (!scanner.isAtEnd) {
    throw scanner.problem("Unexpected text after the intrinsic function");
  }
  return call;
});

function readCall(scanner: PathScanner, depth: number): IntrinsicCall {
  if (depth > NESTING_MAX) {
    throw new SyntaxProblem(`Intrinsic functions can be nested up to ${NESTING_MAX} deep`);
  }
  const start = scanner.position;
  const name = scanner.match(NAME)?.[1];
  if (name === undefined || !INTRINSIC_NAMES.has(name)) {
    throw scanner.problem("Expected the name of an intrinsic function");
  }
  const found: IntrinsicArgument[] = [];
  while (!scanner.takeToken(")")) {
    if (found.length > 0) {
      scanner.expectToken(",");
    }
    found.push(readArgument(scanner, depth));
  }
  return { text: scanner.textFrom(start), name, arguments: found };
}

function readArgument(scanner: PathScanner, depth: number): IntrinsicArgument {
  scanner.skipSpace();
  const next = scanner.peek();
  if (next === "$") {
    return { kind: "path", path: readPath(scanner, "operand") };
  }
  if (next === "S") {
    return { kind: "call", call: readCall(scanner, depth + 1) };
  }
  const text = scanner.match(TEXT)?.[1];
  if (text !== undefined) {
    if (OPEN_ESCAPE.test(text.replaceAll("\\\\", ""))) {
      throw scanner.problem("Open escape backslash found");
    }
    return { kind: "literal", value: text.replace(/\\([\s\S])/g, "$1"), template: text };
  }
  const literal = scanner.match(NUMBER)?.[0] ?? scanner.match(WORD)?.[0];
  if (literal === undefined) {
    throw scanner.problem("Expected an argument");
  }
  return { kind: "literal", value: JSON.parse(literal) };
}

export const INTRINSIC_NAMES: ReadonlySet<string> = new Set([
  "Array",
  "ArrayContains",
  "ArrayGetItem",
  "ArrayLength",
  "ArrayPartition",
  "ArrayRange",
  "ArrayUnique",
  "Base64Decode",
  "Base64Encode",
  "Format",
  "Hash",
  "JsonMerge",
  "JsonToString",
  "MathAdd",
  "MathRandom",
  "StringSplit",
  "StringToJson",
  "UUID",
]);
