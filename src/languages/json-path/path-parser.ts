/**
 * Reads a JSONPath. AWS evaluates paths with the Jayway implementation, whose syntax this follows:
 * https://github.com/json-path/JsonPath#operators (dot and bracket notation, unions, slices, filters, functions).
 *
 * The roots `$$` (context object) and `$name` (variable) are AWS's:
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
import { cached } from "./bounded-cache.ts";
import { SyntaxProblem } from "./path-error.ts";
import { FilterParser } from "./path-filter-parser.ts";
import { PathScanner } from "./path-scanner.ts";
import type { Operand, Path, PathRoot, PathStep } from "./path-syntax.ts";

const VARIABLE_NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
/** What a name in dot notation may not hold; anything else of Unicode may. */
const DOT_NAME = /[^.[\]()\s,'"?@*:]+/y;
/** In a filter a name ends where an operator starts: `@.price<10`. */
const FILTER_NAME = /[^.[\]()\s,'"?@*:<>=~!]+/y;
const FUNCTION_NAME = /[A-Za-z_]\w*(?=\()/y;
const QUOTE = /['"]/;
const INTEGER = /-?\d+/y;
const SLICE = /(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*-?\d*)?(?=\s*\])/y;

/** All of a text, an argument of an intrinsic function, or a side of a filter. */
type PathForm = "whole" | "operand" | "filter";

/** @throws SyntaxProblem */
export const parsePath: (text: string) => Path = cached((text) => {
  const scanner = new PathScanner(text);
  const path = readPath(scanner, "whole");
  if (!scanner.isAtEnd) {
    throw scanner.problem("Unexpected text");
  }
  return path;
});

/** A path that ends where the text can no longer belong to it, as operands of filters do. */
export function readPath(scanner: PathScanner, form: PathForm): Path {
  const start = scanner.position;
  const root = readRoot(scanner, form);
  const steps: PathStep[] = [];
  const name = form === "filter" ? FILTER_NAME : DOT_NAME;
  for (let step = readSteps(scanner, name); step.length > 0; step = readSteps(scanner, name)) {
    steps.push(...step);
  }
  return {
    text: scanner.textFrom(start),
    root,
    steps: invertDescentOfFunction(steps, root),
    definite: isDefinite(steps),
  };
}

function readRoot(scanner: PathScanner, form: PathForm): PathRoot {
  if (form !== "whole" && scanner.take("@")) {
    return { kind: "current" };
  }
  if (!scanner.take("$")) {
    throw new SyntaxProblem("Path must start with '$'");
  }
  if (scanner.take("$")) {
    return { kind: "context" };
  }
  const name = scanner.match(VARIABLE_NAME)?.[0];
  return name === undefined ? { kind: "input" } : { kind: "variable", name };
}

function readSteps(scanner: PathScanner, name: RegExp): readonly PathStep[] {
  if (scanner.take("..")) {
    const step = scanner.peek() === "[" ? readBracket(scanner) : readDotStep(scanner, name);
    return [{ kind: "descend" }, step];
  }
  if (scanner.take(".")) {
    return [scanner.peek() === "[" ? readBracket(scanner) : readDotStep(scanner, name)];
  }
  return scanner.peek() === "[" ? [readBracket(scanner)] : [];
}

function readDotStep(scanner: PathScanner, dotName: RegExp): PathStep {
  if (scanner.isAtEnd) {
    throw new SyntaxProblem("Path must not end with a '.' or '..'");
  }
  if (scanner.take("*")) {
    return { kind: "wildcard" };
  }
  const called = scanner.match(FUNCTION_NAME)?.[0];
  if (called !== undefined) {
    return readFunction(scanner, called);
  }
  const name = scanner.match(dotName)?.[0];
  if (name === undefined) {
    throw scanner.problem("Expected a property name");
  }
  return { kind: "names", names: [name] };
}

const FUNCTIONS: ReadonlySet<string> = new Set(
  "min max avg stddev sum length size keys concat append first last index".split(" "),
);

function readFunction(scanner: PathScanner, name: string): PathStep {
  if (!FUNCTIONS.has(name)) {
    throw new SyntaxProblem(`Function with name: ${name} does not exist.`);
  }
  scanner.expect("(");
  const operands: Operand[] = [];
  while (!scanner.takeToken(")")) {
    if (operands.length > 0) {
      scanner.expectToken(",");
    }
    operands.push(new FilterParser(scanner, readPath).operand());
  }
  return { kind: "function", name, arguments: operands };
}

function readBracket(scanner: PathScanner): PathStep {
  return scanner.nested(() => {
    scanner.expect("[");
    scanner.skipSpace();
    const step = readBracketContent(scanner);
    scanner.expectToken("]");
    return step;
  });
}

function readBracketContent(scanner: PathScanner): PathStep {
  if (scanner.take("*")) {
    return { kind: "wildcard" };
  }
  if (scanner.take("?")) {
    scanner.expectToken("(");
    const test = new FilterParser(scanner, readPath).filter();
    scanner.expectToken(")");
    return { kind: "filter", test };
  }
  if (QUOTE.test(scanner.peek())) {
    return { kind: "names", names: readList(scanner, () => scanner.quoted()) };
  }
  const slice = scanner.match(SLICE);
  if (slice !== undefined) {
    return sliceStep(slice[1], slice[2]);
  }
  return { kind: "indexes", indexes: readList(scanner, () => readIndex(scanner)) };
}

function sliceStep(from: string | undefined, to: string | undefined): PathStep {
  if (from === undefined && to === undefined) {
    throw new SyntaxProblem("Failed to parse SliceOperation: :");
  }
  return {
    kind: "slice",
    from: from === undefined ? undefined : Number(from),
    to: to === undefined ? undefined : Number(to),
  };
}

function readIndex(scanner: PathScanner): number {
  const digits = scanner.match(INTEGER)?.[0];
  if (digits === undefined) {
    throw scanner.problem("Could not parse token");
  }
  return Number(digits);
}

function readList<T>(scanner: PathScanner, readOne: () => T): readonly T[] {
  const items = [readOne()];
  while (scanner.takeToken(",")) {
    scanner.skipSpace();
    items.push(readOne());
  }
  return items;
}

function isDefinite(steps: readonly PathStep[]): boolean {
  return steps.every((step, index) => {
    switch (step.kind) {
      case "names":
        // Several names at the end are one object of those properties.
        return step.names.length === 1 || index === steps.length - 1;
      case "indexes":
        return step.indexes.length === 1;
      case "function":
        return true;
      default:
        return false;
    }
  });
}

/** `$..price.sum()` sums what `$..price` finds, instead of summing each: Jayway turns the two around. */
function invertDescentOfFunction(steps: readonly PathStep[], root: PathRoot): readonly PathStep[] {
  const at = steps.findIndex((step) => step.kind === "function");
  const called = steps[at];
  if (steps[0]?.kind !== "descend" || called?.kind !== "function") {
    return steps;
  }
  const path: Path = { text: "", root, steps: steps.slice(0, at), definite: false };
  const whole: PathStep = { ...called, arguments: [{ kind: "path", path }, ...called.arguments] };
  return [{ ...whole }, ...steps.slice(at + 1)];
}
