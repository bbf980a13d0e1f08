/**
 * Patterns over events that are JSON objects: `{ ($.level = "ERROR") && ($.ms > 100) }`.
 *
 * A comparison with a property that is not there is false, `!=` too. `[*]` means any element.
 */
import { isJsonObject, parseJson } from "../../base/json.ts";
import { compareNumbers, isOrder, numberOf, OPERATORS, orderedNumber } from "./comparison.ts";
import { invalidPattern } from "./filter-error.ts";
import { type Literal, Scanner } from "./scanner.ts";
import { type TextTest, textTest } from "./text-test.ts";

type Test = (root: unknown) => boolean;
type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "any" };
type Selector = readonly Step[];

/** Parentheses inside parentheses. */
const DEPTH_MAX = 50;
const NAME = /[\p{L}\p{N}_-]+/uy;
const INDEX = /\d+/y;
const BARE_VALUE = /[^\s"%(){}&|=<>!]+/y;

export function parseJsonFilter(text: string): TextTest {
  const scanner = new Scanner(text);
  scanner.expect("{");
  const test = readOr(scanner, 0);
  scanner.expect("}");
  if (!scanner.isAtEnd) {
    throw invalidPattern();
  }
  return (message) => {
    const root = objectOf(message);
    return root !== undefined && test(root);
  };
}

/** Reads what a selector (`$.request.ms`) finds in an event: the first value of those it finds. */
export function parseSelection(text: string): (message: string) => unknown {
  const scanner = new Scanner(text);
  const selector = readSelector(scanner);
  if (!scanner.isAtEnd) {
    throw invalidPattern();
  }
  return (message) => {
    const root = objectOf(message);
    return root === undefined ? undefined : selected(root, selector)[0];
  };
}

function objectOf(message: string): unknown {
  const value = parseJson(message);
  return typeof value === "object" && value !== null ? value : undefined;
}

function readOr(scanner: Scanner, depth: number): Test {
  const tests = readList(
    () => readAnd(scanner, depth),
    () => scanner.take("||"),
  );
  return (root) => tests.some((test) => test(root));
}

function readAnd(scanner: Scanner, depth: number): Test {
  const tests = readList(
    () => readTest(scanner, depth),
    () => scanner.take("&&"),
  );
  return (root) => tests.every((test) => test(root));
}

function readList(read: () => Test, takeJoin: () => string | undefined): readonly Test[] {
  const tests = [read()];
  while (takeJoin() !== undefined) {
    tests.push(read());
  }
  return tests;
}

function readTest(scanner: Scanner, depth: number): Test {
  if (depth > DEPTH_MAX) {
    throw invalidPattern();
  }
  if (scanner.take("(") !== undefined) {
    const test = readOr(scanner, depth + 1);
    scanner.expect(")");
    return test;
  }
  const selector = readSelector(scanner);
  if (scanner.takeWord("IS")) {
    const wanted = readKeyword(scanner);
    return (root) => selected(root, selector).some((value) => value === wanted);
  }
  if (scanner.takeWord("NOT")) {
    if (!scanner.takeWord("EXISTS")) {
      throw invalidPattern();
    }
    return (root) => selected(root, selector).length === 0;
  }
  const operator = scanner.take(...OPERATORS) as (typeof OPERATORS)[number] | undefined;
  if (operator === undefined) {
    throw invalidPattern();
  }
  const literal = scanner.literal(BARE_VALUE);
  const test = isOrder(operator)
    ? orderTest(operator, orderedNumber(literal))
    : equalityTest(operator === "=", literal);
  return (root) => selected(root, selector).some(test);
}

function readKeyword(scanner: Scanner): boolean | null {
  if (scanner.takeWord("NULL")) {
    return null;
  }
  const isTrue = scanner.takeWord("TRUE");
  if (!isTrue && !scanner.takeWord("FALSE")) {
    throw invalidPattern();
  }
  return isTrue;
}

function orderTest(operator: (typeof OPERATORS)[number], wanted: number): Test {
  return (value) => typeof value === "number" && compareNumbers(operator, value, wanted);
}

/**
 * A bare number equals numbers; other bare text equals the value as text. Quoted text equals texts
 * alone, but for `"*"`, which every value there is equals.
 */
function equalityTest(isEqual: boolean, literal: Literal): Test {
  const wantedNumber = literal.form === "bare" ? numberOf(literal.text) : undefined;
  if (wantedNumber !== undefined) {
    return (value) => typeof value === "number" && (value === wantedNumber) === isEqual;
  }
  if (literal.form !== "regex" && literal.text === "*") {
    return () => isEqual;
  }
  const test = textTest(literal);
  return (value) => {
    const text = literal.form === "bare" ? scalarText(value) : stringOf(value);
    return text !== undefined && test(text) === isEqual;
  };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function scalarText(value: unknown): string | undefined {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : stringOf(value);
}

function readSelector(scanner: Scanner): Selector {
  scanner.expect("$");
  const steps: Step[] = [];
  for (;;) {
    if (scanner.take("[") !== undefined) {
      steps.push(readBracket(scanner));
      scanner.expect("]");
    } else if (scanner.take(".") !== undefined) {
      const name = scanner.match(NAME);
      if (name !== undefined) {
        steps.push({ kind: "name", name });
      }
    } else {
      break;
    }
  }
  if (steps.length === 0) {
    throw invalidPattern();
  }
  return steps;
}

function readBracket(scanner: Scanner): Step {
  if (scanner.take("*") !== undefined) {
    return { kind: "any" };
  }
  const quote = scanner.take("'", '"');
  if (quote !== undefined) {
    const name = scanner.match(quote === "'" ? /[^']+/y : /[^"]+/y);
    scanner.expect(quote);
    return { kind: "name", name: name ?? "" };
  }
  const index = scanner.match(INDEX);
  if (index === undefined) {
    throw invalidPattern();
  }
  return { kind: "index", index: Number(index) };
}

function selected(root: unknown, selector: Selector): readonly unknown[] {
  let values: readonly unknown[] = [root];
  for (const step of selector) {
    values = values.flatMap((value) => taken(value, step));
  }
  return values;
}

function taken(value: unknown, step: Step): readonly unknown[] {
  if (step.kind === "name") {
    return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
  }
  if (!Array.isArray(value)) {
    return [];
  }
  return step.kind === "any" ? value : value.slice(step.index, step.index + 1);
}
