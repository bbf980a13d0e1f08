/**
 * Checks an input against the constraints of its model, before the operation runs. A checker is
 * compiled per shape, of what is constrained only.
 */
import { checkPolicyOf } from "./check-policies.ts";
import { type ConstraintShape, type Constraints, loadConstraints } from "./constraints.ts";
import { malformedInput } from "./malformed.ts";
import type { ServiceModel } from "./model.ts";
import { compilePattern } from "./patterns.ts";
import { brokenConstraints, constraintsText, REQUIRED, type Violation } from "./violations.ts";

/** Adds what is wrong with `value` to `found`, by paths that start at it. */
type Check = (value: unknown, found: Violation[]) => void;

/** Messages name no more than this many violations. */
const VIOLATIONS_MAX = 50;

const checks = new WeakMap<ServiceModel, Map<string, Check | undefined>>();

/** Throws the service's own error for an input that breaks a constraint. */
export function checkInput(model: ServiceModel, operation: string, input: unknown): void {
  const check = checkOf(model, operation);
  if (check === undefined) {
    return;
  }
  const found: Violation[] = [];
  check(input ?? {}, found);
  if (found.length > 0) {
    refuse(model, operation, found.slice(0, VIOLATIONS_MAX));
  }
}

function refuse(model: ServiceModel, operation: string, found: readonly Violation[]): void {
  const broken = found.find(({ kind }) => kind === "whole-number");
  if (broken !== undefined) {
    throw malformedInput(model.protocols[0] ?? "awsJson1_0", model, broken.constraint);
  }
  const policy = checkPolicyOf(model.name);
  const relevant = found.filter((violation) => policy.applies(violation, operation));
  if (relevant.length > 0) {
    throw policy.refusal(relevant, { model, operation });
  }
}

function checkOf(model: ServiceModel, operation: string): Check | undefined {
  const byOperation = checks.get(model) ?? new Map<string, Check | undefined>();
  checks.set(model, byOperation);
  if (byOperation.has(operation)) {
    return byOperation.get(operation);
  }
  const constraints = loadConstraints(model.name);
  const input = Object.hasOwn(constraints.operations, operation)
    ? constraints.operations[operation]
    : undefined;
  const check = input === undefined ? undefined : compileShape(constraints, input);
  byOperation.set(operation, check);
  return check;
}

const compiledShapes = new WeakMap<ConstraintShape, Check>();

function compileShape(constraints: Constraints, name: string): Check {
  const shape = shapeOf(constraints, name);
  const known = compiledShapes.get(shape);
  if (known !== undefined) {
    return known;
  }
  // A shape may contain itself: what it leads to finds this, which finds the check when called.
  let check: Check | undefined;
  compiledShapes.set(shape, (value, found) => check?.(value, found));
  check = compile(constraints, shape);
  compiledShapes.set(shape, check);
  return check;
}

function compile(constraints: Constraints, shape: ConstraintShape): Check {
  switch (shape.t) {
    case "structure":
      return structureCheck(constraints, shape);
    case "list":
      return listCheck(constraints, shape);
    case "map":
      return mapCheck(constraints, shape);
    default:
      return scalarCheck(shape);
  }
}

function shapeOf(constraints: Constraints, name: string): ConstraintShape {
  const shape = constraints.shapes[name];
  if (shape === undefined) {
    throw new Error(`the constraints name a shape ${name} that they do not have`);
  }
  return shape;
}

function structureCheck(constraints: Constraints, shape: ConstraintShape): Check {
  const required = shape.r ?? [];
  const members = Object.entries(shape.m ?? {}).map(([name, shapeName]) => ({
    name,
    check: compileShape(constraints, shapeName),
  }));
  return (value, found) => {
    const structure = value as Readonly<Record<string, unknown>>;
    for (const name of required) {
      if (structure[name] === undefined || structure[name] === null) {
        found.push({
          kind: "required",
          path: [{ kind: "member", name }],
          value: undefined,
          constraint: REQUIRED,
          isSensitive: false,
        });
      }
    }
    for (const { name, check } of members) {
      const item = structure[name];
      if (item !== undefined && item !== null) {
        checkInside(check, item, found, { kind: "member", name });
      }
    }
  };
}

function listCheck(constraints: Constraints, shape: ConstraintShape): Check {
  const own = scalarCheck(shape);
  const element = shape.of === undefined ? undefined : shapeOf(constraints, shape.of);
  const isNested = element !== undefined && isContainer(element);
  const check = shape.of === undefined ? undefined : compileShape(constraints, shape.of);
  return (value, found) => {
    own(value, found);
    const list = value as readonly unknown[];
    if (check === undefined || element === undefined) {
      return;
    }
    if (!isNested) {
      checkAll(list, { check, element, whole: value, what: "Member" }, found);
      return;
    }
    for (let index = 0; index < list.length && found.length < VIOLATIONS_MAX; index += 1) {
      checkInside(check, list[index], found, { kind: "index", name: String(index + 1) });
    }
  };
}

function mapCheck(constraints: Constraints, shape: ConstraintShape): Check {
  const own = scalarCheck(shape);
  const keyShape = shape.k === undefined ? undefined : shapeOf(constraints, shape.k);
  const keyCheck = keyShape && compile(constraints, keyShape);
  const valueShape = shape.v === undefined ? undefined : shapeOf(constraints, shape.v);
  const check = shape.v === undefined ? undefined : compileShape(constraints, shape.v);
  return (value, found) => {
    own(value, found);
    const map = value as Readonly<Record<string, unknown>>;
    if (keyCheck !== undefined && keyShape !== undefined) {
      const keys = { check: keyCheck, element: keyShape, whole: value, what: "Map keys" };
      checkAll(Object.keys(map), keys, found);
    }
    if (check === undefined || valueShape === undefined) {
      return;
    }
    if (!isContainer(valueShape)) {
      const values = { check, element: valueShape, whole: value, what: "Map value" };
      checkAll(Object.values(map), values, found);
      return;
    }
    for (const key of Object.keys(map)) {
      checkInside(check, map[key], found, { kind: "key", name: key });
    }
  };
}

function isContainer(shape: ConstraintShape): boolean {
  return shape.t === "structure" || shape.t === "list" || shape.t === "map";
}

interface Elements {
  readonly check: Check;
  readonly element: ConstraintShape;
  /** The list or the map, which the message shows. */
  readonly whole: unknown;
  readonly what: string;
}

/** Simple elements share one violation, of the list or map that they are in. */
function checkAll(items: readonly unknown[], elements: Elements, found: Violation[]): void {
  const before = found.length;
  for (const item of items) {
    elements.check(item, found);
    if (found.length > before) {
      break;
    }
  }
  const [first] = found.splice(before);
  if (first !== undefined) {
    const constraint =
      first.kind === "whole-number"
        ? first.constraint
        : `${elements.what} must satisfy constraint: ${constraintsText(elements.element)}`;
    found.push({ ...first, value: elements.whole, constraint });
  }
}

function checkInside(
  check: Check,
  value: unknown,
  found: Violation[],
  part: Violation["path"][number],
): void {
  const before = found.length;
  check(value, found);
  for (let index = before; index < found.length; index += 1) {
    const violation = found[index];
    if (violation !== undefined) {
      found[index] = { ...violation, path: [part, ...violation.path] };
    }
  }
}

/** The bounds of a value itself: a string, a number, bytes, or the size of a list or a map. */
function scalarCheck(shape: ConstraintShape): Check {
  const isSensitive = shape.s === true;
  const isWhole = shape.t === "integer" || shape.t === "long";
  const hasBounds =
    shape.min !== undefined ||
    shape.max !== undefined ||
    shape.enum !== undefined ||
    shape.pattern !== undefined;
  return (value, found) => {
    if (isWhole && !isWholeNumber(value, shape.t)) {
      const constraint = `${String(value)} is not a valid ${shape.t}`;
      found.push({ kind: "whole-number", path: [], value, constraint, isSensitive });
      return;
    }
    if (!hasBounds) {
      return;
    }
    const pattern = shape.pattern === undefined ? undefined : compilePattern(shape.pattern);
    for (const constraint of brokenConstraints(shape, value, pattern)) {
      found.push({ kind: "bounds", path: [], value, constraint, isSensitive });
    }
  };
}

const INT32_MAX = 2_147_483_647;

function isWholeNumber(value: unknown, type: string): boolean {
  return Number.isInteger(value) && (type === "long" || Math.abs(value as number) <= INT32_MAX);
}
