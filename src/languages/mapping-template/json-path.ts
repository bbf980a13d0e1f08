/**
 * JSONPath over the values of a template, as `$input.path` and `$input.json` take it: that of Jayway's implementation.
 *
 * The syntax, the filters and the functions are those of the Amazon States Language. Steps are followed here, so that what
 * is found is the payload itself, which a template may change, and numbers keep their digits.
 * Source: https://github.com/json-path/JsonPath
 */

import type { Json } from "../json-path/json.ts";
import { EvaluationError, SyntaxProblem } from "../json-path/path-error.ts";
import { evaluatePath, type PathScope } from "../json-path/path-evaluate.ts";
import { fulfils, type Places } from "../json-path/path-filter.ts";
import { parsePath } from "../json-path/path-parser.ts";
import type { Filter, Path, PathStep } from "../json-path/path-syntax.ts";
import type { Budget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { ListValue, MapValue, type Value } from "../vtl/value.ts";
import { fromJson, toJson } from "./json-value.ts";

/** What those functions make is a double, whatever they are given. */
const DOUBLE_FUNCTIONS: ReadonlySet<string> = new Set(["min", "max", "avg", "stddev", "sum"]);

/**
 * `undefined` when a path to one place finds nothing there; a path to many finds a list.
 * @throws TemplateError when the text is no path.
 */
export function findPath(text: string, root: Value, budget: Budget): Value | undefined {
  try {
    const path = parsed(text);
    return hasFunction(path) ? ofFunction(path, root, budget) : new Search(root, budget).find(path);
  } catch (error) {
    if (error instanceof SyntaxProblem || error instanceof EvaluationError) {
      throw new TemplateError(`Invalid JSON path '${text}': ${error.message}`);
    }
    throw error;
  }
}

/** A path that does not start with `$` is one of the document's members. */
function parsed(text: string): Path {
  const path = parsePath(text.startsWith("$") ? text : `$.${text}`);
  if (path.root.kind !== "input") {
    throw new SyntaxProblem("a path starts with '$.' or '$['");
  }
  return path;
}

export function isPath(text: string): boolean {
  try {
    return parsed(text) !== undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      return false;
    }
    throw error;
  }
}

function hasFunction(path: Path): boolean {
  return path.steps.some((step) => step.kind === "function");
}

function ofFunction(path: Path, root: Value, budget: Budget): Value | undefined {
  const found = evaluatePath(path, scopeOf(toJson(root, budget)));
  if (found === undefined) {
    return undefined;
  }
  const last = path.steps.at(-1);
  const isDouble = last?.kind === "function" && DOUBLE_FUNCTIONS.has(last.name);
  return isDouble && typeof found === "number" ? found : fromJson(found);
}

function scopeOf(input: Json): PathScope {
  return { input, context: null, variables: {} };
}

class Search {
  readonly #root: Value;
  readonly #places: Places;
  readonly #budget: Budget;

  constructor(root: Value, budget: Budget) {
    this.#root = root;
    this.#budget = budget;
    this.#places = placesOf(root, budget);
  }

  find(path: Path): Value | undefined {
    const single = path.steps.findIndex((step, index) => !isSingle(step, index, path.steps.length));
    const [first, rest] =
      single < 0 ? [path.steps, []] : [path.steps.slice(0, single), path.steps.slice(single)];
    let value: Value | undefined = this.#root;
    for (const step of first) {
      [value] = this.#apply(step, value, { isLast: true, isBelow: false });
      if (value === undefined) {
        return undefined;
      }
    }
    return rest.length === 0 ? value : new ListValue(this.#many(rest, value), "json");
  }

  #many(steps: readonly PathStep[], root: Value): Value[] {
    let values = [root];
    let isBelow = false;
    for (const [index, step] of steps.entries()) {
      if (step.kind === "descend") {
        isBelow = true;
        continue;
      }
      const isLast = index === steps.length - 1;
      const places = isBelow ? values.flatMap((value) => this.#withDescendants(value)) : values;
      values = places.flatMap((value) => [...this.#apply(step, value, { isLast, isBelow })]);
      isBelow = false;
    }
    return values;
  }

  #apply(
    step: PathStep,
    value: Value,
    { isLast, isBelow }: { isLast: boolean; isBelow: boolean },
  ): readonly Value[] {
    this.#budget.spend(1);
    switch (step.kind) {
      case "names":
        return isLast && step.names.length > 1
          ? merged(value, step.names, isBelow)
          : step.names.flatMap((name) => member(value, name));
      case "indexes":
        return step.indexes.flatMap((index) => element(value, index));
      case "slice":
        return value instanceof ListValue ? slice(value.items, step.from, step.to) : [];
      case "wildcard":
        return this.#children(value);
      case "filter":
        return this.#filtered(step.test, value, isBelow);
      default:
        return [];
    }
  }

  #children(value: Value): readonly Value[] {
    const children = childrenOf(value);
    this.#budget.spend(children.length);
    return children;
  }

  #filtered(test: Filter, value: Value, isBelow: boolean): readonly Value[] {
    const holds = (item: Value): boolean => {
      this.#budget.spend(1);
      return fulfils(this.#places, test, toJson(item, this.#budget));
    };
    if (!(value instanceof ListValue)) {
      return value instanceof MapValue && holds(value) ? [value] : [];
    }
    // Below `..` a list is one of the values that are passed.
    return isBelow && !holds(value) ? [] : value.items.filter(holds);
  }

  #withDescendants(root: Value): readonly Value[] {
    const all: Value[] = [];
    const open: Value[] = [root];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      all.push(value);
      open.push(...this.#children(value).filter(isContainer).reverse());
    }
    return all;
  }
}

/** Operands of filters. */
function placesOf(root: Value, budget: Budget): Places {
  const whole: { json?: Json } = {};
  const found: Places["valueOf"] = (path, current) => {
    if (path.root.kind === "current") {
      const inner: Path = { ...path, root: { kind: "input" } };
      return current === undefined ? undefined : evaluatePath(inner, scopeOf(current));
    }
    whole.json ??= toJson(root, budget);
    return evaluatePath(path, scopeOf(whole.json));
  };
  return {
    valueOf: found,
    exists: (path, current) => {
      const value = found(path, current);
      return value !== undefined && (path.definite || (Array.isArray(value) && value.length > 0));
    },
    matchBudget: budget.matching,
  };
}

function isSingle(step: PathStep, index: number, count: number): boolean {
  return step.kind === "names"
    ? step.names.length === 1 || index === count - 1
    : step.kind === "indexes" && step.indexes.length === 1;
}

function isContainer(value: Value): boolean {
  return value instanceof ListValue || value instanceof MapValue;
}

function childrenOf(value: Value): readonly Value[] {
  if (value instanceof ListValue) {
    return value.items;
  }
  return value instanceof MapValue ? [...value.entries.values()] : [];
}

function member(value: Value, name: string): readonly Value[] {
  const isThere = value instanceof MapValue && value.entries.has(name);
  return isThere ? [value.entries.get(name) ?? null] : [];
}

/** Counted from the end where negative. */
function element(value: Value, index: number): readonly Value[] {
  const found = value instanceof ListValue ? value.items.at(index) : undefined;
  return found === undefined ? [] : [found];
}

/** One object of the members. A scan takes only the objects that have every one of them. */
function merged(value: Value, names: readonly string[], isBelow: boolean): readonly Value[] {
  if (
    !(value instanceof MapValue) ||
    (isBelow && !names.every((name) => value.entries.has(name)))
  ) {
    return [];
  }
  const found = names.filter((name) => value.entries.has(name));
  return [new MapValue(found.map((name) => [name, value.entries.get(name) ?? null]))];
}

/** With both ends, a negative start counts up to the end given: Jayway's reading. */
function slice(
  items: readonly Value[],
  from: number | undefined,
  to: number | undefined,
): readonly Value[] {
  if (from === undefined || to === undefined) {
    return items.slice(from, to);
  }
  const found: Value[] = [];
  for (let at = Math.max(from, -items.length); at < Math.min(to, items.length); at += 1) {
    found.push(items.at(at) ?? null);
  }
  return found;
}
