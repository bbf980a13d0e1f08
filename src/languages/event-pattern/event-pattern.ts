/**
 * Event patterns: parsing and checking.
 *
 * A pattern becomes a list of branches, one for each way through its `$or` lists; an event matches
 * the pattern when it matches a branch, and a branch when each of its fields has a value that one
 * of the field's tests lets pass.
 *
 * Paths are joined with dots, as EventBridge does: `{"a": {"b": ["x"]}}` and `{"a.b": ["x"]}` are
 * one pattern, and match the same events.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
import { addressDigits } from "./address.ts";
import { JsonTokenError, JsonTokens } from "./json-tokens.ts";
import { readExpression } from "./match-expression.ts";
import type { ValueTest } from "./value-test.ts";

export interface EventPattern {
  readonly branches: readonly Branch[];
}

export type Branch = readonly FieldTests[];

export interface FieldTests {
  /** `detail.state` */
  readonly path: string;
  readonly tests: readonly ValueTest[];
}

/** What a pattern text is: a pattern, or invalid for a reason in the words of EventBridge. */
export type ParsedPattern =
  | { readonly pattern: EventPattern; readonly reason?: undefined }
  | { readonly pattern?: undefined; readonly reason: string };

/** More ways through the `$or` lists are refused. */
export const BRANCHES_MAX = 1000;

/** Names that EventBridge refuses as fields inside `$or`. */
const RESERVED_INSIDE_OR: ReadonlySet<string> = new Set([
  ..."exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr".split(
    " ",
  ),
  ..."html = < <= > >= regex not-wildcard not-equals-ignore-case date-after".split(" "),
  ..."date-on-or-after date-before date-on-or-before in-date-range".split(" "),
  ..."ip-address-in-range ip-address-not-in-range".split(" "),
]);

/** The tests of a branch by path; the last one wins when a pattern names a path twice. */
type OpenBranch = ReadonlyMap<string, readonly ValueTest[]>;

export function parseEventPattern(text: string): ParsedPattern {
  try {
    return { pattern: readPattern(new JsonTokens(text)) };
  } catch (error) {
    if (error instanceof JsonTokenError) {
      return { reason: error.message };
    }
    throw error;
  }
}

function readPattern(tokens: JsonTokens): EventPattern {
  if (tokens.next() !== "objectStart") {
    throw tokens.error("Filter is not an object");
  }
  const branches = readObject(tokens, { path: "", insideOr: false }, []);
  return {
    branches: branches.map((branch) => [...branch].map(([path, tests]) => ({ path, tests }))),
  };
}

interface Place {
  /** With a dot at its end, unless empty. */
  readonly path: string;
  readonly insideOr: boolean;
}

function readObject(
  tokens: JsonTokens,
  place: Place,
  before: readonly OpenBranch[],
): readonly OpenBranch[] {
  let branches = before;
  let fields = 0;
  for (let kind = tokens.next(); kind !== "objectEnd"; kind = tokens.next()) {
    fields += 1;
    branches = readField(tokens, place, branches);
  }
  if (fields === 0) {
    throw tokens.error("Empty objects are not allowed");
  }
  return branches;
}

function readField(
  tokens: JsonTokens,
  place: Place,
  branches: readonly OpenBranch[],
): readonly OpenBranch[] {
  const { name } = tokens;
  if (name === "$or") {
    return readOr(tokens, place, branches);
  }
  if (place.insideOr && RESERVED_INSIDE_OR.has(name)) {
    throw tokens.error(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
  }
  const path = place.path + name;
  const kind = tokens.next();
  if (kind === "objectStart") {
    return readObject(tokens, { ...place, path: `${path}.` }, branches);
  }
  if (kind !== "arrayStart") {
    throw tokens.error(`"${name}" must be an object or an array`);
  }
  const tests = readTests(tokens);
  const open = branches.length === 0 ? [new Map<string, readonly ValueTest[]>()] : branches;
  return open.map((branch) => new Map([...branch, [path, tests]]));
}

function readOr(
  tokens: JsonTokens,
  place: Place,
  before: readonly OpenBranch[],
): readonly OpenBranch[] {
  if (tokens.next() !== "arrayStart") {
    throw tokens.error("It must be an Array followed with $or.");
  }
  const branches: OpenBranch[] = [];
  let count = 0;
  for (let kind = tokens.next(); kind !== "arrayEnd"; kind = tokens.next()) {
    if (kind !== "objectStart") {
      throw tokens.error("Only JSON object is allowed in array of $or relationship.");
    }
    count += 1;
    branches.push(...readObject(tokens, { ...place, insideOr: true }, before));
    if (branches.length > BRANCHES_MAX) {
      throw tokens.error(`$or results in over ${BRANCHES_MAX} rule combinations`);
    }
  }
  if (count < 2) {
    throw tokens.error("There must have at least 2 Objects in $or relationship.");
  }
  return branches;
}

function readTests(tokens: JsonTokens): readonly ValueTest[] {
  const tests: ValueTest[] = [];
  for (let kind = tokens.next(); kind !== "arrayEnd"; kind = tokens.next()) {
    switch (kind) {
      case "objectStart":
        tests.push(readExpression(tokens));
        break;
      case "string":
        tests.push(textTest(tokens.text()));
        break;
      case "number":
        tests.push({ kind: "equals", value: Number(tokens.text()) });
        break;
      case "true":
      case "false":
        tests.push({ kind: "equals", value: kind === "true" });
        break;
      case "null":
        tests.push({ kind: "equals", value: null });
        break;
      default:
        throw tokens.error("Match value must be String, number, true, false, or null");
    }
  }
  if (tests.length === 0) {
    throw tokens.error("Empty arrays are not allowed");
  }
  return tests;
}

/** An IP address matches however the event writes it: `::1` is `0:0:0:0:0:0:0:1`. */
function textTest(text: string): ValueTest {
  const digits = addressDigits(text);
  return digits === undefined
    ? { kind: "equals", value: text }
    : { kind: "address", from: digits, through: digits };
}
