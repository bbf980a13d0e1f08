/**
 * Evaluates a parsed JSONPath as Jayway's implementation does, which AWS runs:
 * https://github.com/json-path/JsonPath#what-is-returned-when
 *
 * A definite path yields the one value it names, or nothing; an indefinite one always yields an array. Work is bounded by
 * the number of values visited, so that no path takes longer than its bound on any input.
 */

import { isArray, isObject, type Json } from "./json.ts";
import { EvaluationError } from "./path-error.ts";
import { fulfils } from "./path-filter.ts";
import { callPathFunction } from "./path-functions.ts";
import type { Operand, Path, PathStep } from "./path-syntax.ts";
import type { MatchBudget } from "./safe-pattern.ts";

/** What the roots of a path stand for. */
export interface PathScope {
  /** `$` */
  readonly input: Json;
  /** `$$` */
  readonly context: Json;
  /** `$name` */
  readonly variables: Readonly<Record<string, Json>>;
}

/** Values visited by one evaluation, filters included. */
const VISITS_MAX = 1_000_000;
/** Of the regular expressions of one evaluation that have to be watched. */
const MATCHING_MS_MAX = 500;

/** What the path finds; `undefined` when a definite path finds nothing. */
export function evaluatePath(path: Path, scope: PathScope): Json | undefined {
  return new Evaluation(scope).valueOf(path);
}

function rootValue(root: Path["root"], scope: PathScope): Json | undefined {
  switch (root.kind) {
    case "input":
      return scope.input;
    case "context":
      return scope.context;
    case "variable":
      return Object.hasOwn(scope.variables, root.name) ? scope.variables[root.name] : undefined;
    case "current":
      return undefined;
  }
}

class Evaluation {
  readonly #scope: PathScope;
  readonly matchBudget: MatchBudget = { leftMs: MATCHING_MS_MAX };
  #visitsLeft: number = VISITS_MAX;

  constructor(scope: PathScope) {
    this.#scope = scope;
  }

  /** What the path finds; `undefined` when a definite path finds nothing. */
  valueOf(path: Path, current?: Json): Json | undefined {
    const root = path.root.kind === "current" ? current : rootValue(path.root, this.#scope);
    return root === undefined ? undefined : this.#follow(path, root, current);
  }

  /** Whether a path of a filter leads anywhere. */
  exists(path: Path, current: Json): boolean {
    const found = this.valueOf(path, current);
    return found !== undefined && (path.definite || (isArray(found) && found.length > 0));
  }

  #follow(path: Path, root: Json, current: Json | undefined): Json | undefined {
    let value = root;
    for (const [index, step] of path.steps.entries()) {
      if (!isSingle(step, index === path.steps.length - 1)) {
        return this.#followMany(path.steps.slice(index), value);
      }
      const next = this.#single(step, value, current);
      if (next === undefined) {
        return undefined;
      }
      value = next;
    }
    return value;
  }

  #single(step: PathStep, value: Json, current: Json | undefined): Json | undefined {
    switch (step.kind) {
      case "names":
        return step.names.length === 1
          ? member(value, step.names[0] ?? "")
          : mergedMembers(value, step.names);
      case "indexes":
        return element(value, step.indexes[0] ?? 0);
      case "function":
        return callPathFunction(step.name, value, this.#arguments(step.arguments, value, current));
      default:
        throw new EvaluationError(`A ${step.kind} is no single place.`);
    }
  }

  #arguments(
    operands: readonly Operand[],
    value: Json,
    current: Json | undefined,
  ): readonly (Json | undefined)[] {
    return operands.map((operand) => {
      if (operand.kind === "literal") {
        return operand.value;
      }
      return operand.kind === "path" ? this.valueOf(operand.path, current ?? value) : undefined;
    });
  }

  #followMany(steps: readonly PathStep[], root: Json): readonly Json[] {
    let values: readonly Json[] = [root];
    let below = false;
    for (const [index, step] of steps.entries()) {
      if (step.kind === "descend") {
        below = true;
        continue;
      }
      const found: Json[] = [];
      const isLast = index === steps.length - 1;
      for (const value of values) {
        for (const place of below ? this.#withDescendants(value) : [value]) {
          this.#apply(step, place, { isLast, below, found });
        }
      }
      values = found;
      below = false;
    }
    return values;
  }

  #apply(
    step: PathStep,
    value: Json,
    { isLast, below, found }: { isLast: boolean; below: boolean; found: Json[] },
  ): void {
    this.#visit(1);
    switch (step.kind) {
      case "names":
        if (isLast && step.names.length > 1) {
          // A scan takes only the objects that have every member.
          const wanted = !below || step.names.every((name) => member(value, name) !== undefined);
          found.push(...(wanted ? present(mergedMembers(value, step.names)) : []));
        } else {
          found.push(...step.names.flatMap((name) => present(member(value, name))));
        }
        return;
      case "indexes":
        found.push(...step.indexes.flatMap((index) => present(element(value, index))));
        return;
      case "slice":
        this.#push(found, isArray(value) ? slice(value, step.from, step.to) : []);
        return;
      case "wildcard":
        this.#push(found, children(value));
        return;
      case "filter":
        this.#filter(step, value, { below, found });
        return;
      default:
        found.push(...present(this.#single(step, value, undefined)));
    }
  }

  /**
   * A filter chooses among the elements of an array, or takes or leaves an object. Below `..` it takes or leaves whatever
   * the scan passes, so that an element is not chosen twice.
   */
  #filter(
    step: PathStep & { kind: "filter" },
    value: Json,
    { below, found }: { below: boolean; found: Json[] },
  ): void {
    if (!isArray(value)) {
      if (isObject(value) && fulfils(this, step.test, value)) {
        found.push(value);
      }
      return;
    }
    if (below && !fulfils(this, step.test, value)) {
      return;
    }
    this.#visit(value.length);
    for (const item of value) {
      if (fulfils(this, step.test, item)) {
        found.push(item);
      }
    }
  }

  #withDescendants(root: Json): readonly Json[] {
    const all: Json[] = [];
    const open: Json[] = [root];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      all.push(value);
      const below = children(value);
      this.#visit(1 + below.length);
      for (let index = below.length - 1; index >= 0; index -= 1) {
        const child = below[index];
        if (typeof child === "object" && child !== null) {
          open.push(child);
        }
      }
    }
    return all;
  }

  #push(found: Json[], values: readonly Json[]): void {
    this.#visit(values.length);
    for (const value of values) {
      found.push(value);
    }
  }

  #visit(count: number): void {
    this.#visitsLeft -= count;
    if (this.#visitsLeft < 0) {
      throw new EvaluationError("The evaluation of a JSONPath visited too many values.");
    }
  }
}

function isSingle(step: PathStep, isLast: boolean): boolean {
  switch (step.kind) {
    case "names":
      return isLast || step.names.length === 1;
    case "indexes":
      return step.indexes.length === 1;
    default:
      return step.kind === "function";
  }
}

function present(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : [value];
}

export function member(value: Json, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Counted from the end where negative. */
export function element(value: Json, index: number): Json | undefined {
  return isArray(value) ? value.at(index) : undefined;
}

function mergedMembers(value: Json, names: readonly string[]): Json | undefined {
  return isObject(value)
    ? Object.fromEntries(
        names.flatMap((name) => present(member(value, name)).map((found) => [name, found])),
      )
    : undefined;
}

function children(value: Json): readonly Json[] {
  if (isArray(value)) {
    return value;
  }
  return isObject(value) ? Object.values(value) : [];
}

/** With both ends, a negative start counts up to the end given: Jayway's reading, not that of other languages. */
function slice(
  items: readonly Json[],
  from: number | undefined,
  to: number | undefined,
): readonly Json[] {
  if (from === undefined || to === undefined) {
    return items.slice(from, to);
  }
  const found: Json[] = [];
  for (let at = Math.max(from, -items.length); at < Math.min(to, items.length); at += 1) {
    found.push(...present(items.at(at)));
  }
  return found;
}
