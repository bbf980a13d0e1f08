/**
 * Many patterns at once: finds those an event matches, at a cost that depends on the event and on
 * how many patterns match, not on how many there are.
 *
 * A branch is filed in a tree: one level for each of its fields that can be looked up, first
 * `source` and `detail-type`, then the others by name; a field with several values leads to a child
 * for each. What is found is then matched whole (`matchesBranch`), so the tree may find too much,
 * never too little. Branches without any field to look up (only `anything-but`, ranges, `exists`)
 * stand at the root and are tried for every event.
 *
 * Rules come and go one by one: changing one among 100,000 costs what filing one branch costs.
 */
import type { Branch, EventPattern } from "./event-pattern.ts";
import { type FlatEvent, flattenEvent } from "./flat-event.ts";
import { matchesBranch } from "./matcher.ts";
import { keyOf, ValueIndex, type ValueKey } from "./value-index.ts";

/** A branch is filed at most this often; fields that would go beyond are left to the match. */
const PLACES_MAX = 64;

const FIRST_PATHS: readonly string[] = ["source", "detail-type"];

interface Filed<T> {
  readonly rule: T;
  readonly branch: Branch;
}

interface Node<T> {
  readonly filed: Set<Filed<T>>;
  readonly fields: Map<string, ValueIndex<Node<T>>>;
}

interface Step {
  readonly path: string;
  readonly keys: readonly ValueKey[];
}

export class RuleIndex<T> {
  readonly #root: Node<T> = emptyNode();
  readonly #rules = new Map<T, { readonly filed: readonly Filed<T>[] }>();
  /** How many branches look at a path or below it. */
  readonly #paths = new Map<string, number>();

  get size(): number {
    return this.#rules.size;
  }

  /** Files a rule, in the place of what was filed under it before. */
  set(rule: T, pattern: EventPattern): void {
    this.delete(rule);
    const filed = pattern.branches.map((branch) => ({ rule, branch }));
    this.#rules.set(rule, { filed });
    for (const entry of filed) {
      addTo(this.#root, stepsOf(entry.branch), 0, entry);
      this.#countPaths(entry.branch, 1);
    }
  }

  delete(rule: T): void {
    for (const entry of this.#rules.get(rule)?.filed ?? []) {
      removeFrom(this.#root, stepsOf(entry.branch), 0, entry);
      this.#countPaths(entry.branch, -1);
    }
    this.#rules.delete(rule);
  }

  /** The rules that match a JSON object, each once. */
  match(event: object): ReadonlySet<T> {
    const flat = flattenEvent(event, (path) => this.#paths.has(path));
    const matched = new Set<T>();
    visit(this.#root, flat, ({ rule, branch }) => {
      if (!matched.has(rule) && matchesBranch(branch, flat)) {
        matched.add(rule);
      }
    });
    return matched;
  }

  #countPaths(branch: Branch, change: 1 | -1): void {
    for (const { path } of branch) {
      for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
        this.#countPath(path.slice(0, dot), change);
      }
      this.#countPath(path, change);
    }
  }

  #countPath(path: string, change: 1 | -1): void {
    const count = (this.#paths.get(path) ?? 0) + change;
    if (count === 0) {
      this.#paths.delete(path);
    } else {
      this.#paths.set(path, count);
    }
  }
}

function emptyNode<T>(): Node<T> {
  return { filed: new Set(), fields: new Map() };
}

/** The fields a branch is filed under, in the order of the tree's levels. */
function stepsOf(branch: Branch): readonly Step[] {
  const steps: Step[] = [];
  for (const { path, tests } of branch) {
    const keys = tests.map(keyOf);
    if (keys.every((key) => key !== undefined)) {
      steps.push({ path, keys });
    }
  }
  steps.sort((a, b) => rankOf(a.path) - rankOf(b.path) || (a.path < b.path ? -1 : 1));
  let places = 1;
  return steps.filter(({ keys }) => {
    const fits = places * keys.length <= PLACES_MAX;
    places *= fits ? keys.length : 1;
    return fits;
  });
}

function rankOf(path: string): number {
  const rank = FIRST_PATHS.indexOf(path);
  return rank === -1 ? FIRST_PATHS.length : rank;
}

function addTo<T>(node: Node<T>, steps: readonly Step[], at: number, entry: Filed<T>): void {
  const step = steps[at];
  if (step === undefined) {
    node.filed.add(entry);
    return;
  }
  let index = node.fields.get(step.path);
  if (index === undefined) {
    index = new ValueIndex();
    node.fields.set(step.path, index);
  }
  for (const key of step.keys) {
    let child = index.get(key);
    if (child === undefined) {
      child = emptyNode();
      index.set(key, child);
    }
    addTo(child, steps, at + 1, entry);
  }
}

/** Takes an entry out, and every node that is empty then. */
function removeFrom<T>(node: Node<T>, steps: readonly Step[], at: number, entry: Filed<T>): void {
  const step = steps[at];
  if (step === undefined) {
    node.filed.delete(entry);
    return;
  }
  const index = node.fields.get(step.path);
  for (const key of step.keys) {
    const child = index?.get(key);
    if (child !== undefined) {
      removeFrom(child, steps, at + 1, entry);
      if (child.filed.size === 0 && child.fields.size === 0) {
        index?.delete(key);
      }
    }
  }
  if (index?.isEmpty) {
    node.fields.delete(step.path);
  }
}

/** Walks whichever is shorter: the paths of the node or those of the event. */
function visit<T>(node: Node<T>, event: FlatEvent, found: (entry: Filed<T>) => void): void {
  for (const entry of node.filed) {
    found(entry);
  }
  const paths = node.fields.size <= event.size ? node.fields.keys() : event.keys();
  for (const path of paths) {
    const index = node.fields.get(path);
    const values = event.get(path);
    if (index !== undefined && values !== undefined) {
      for (const { value } of values) {
        index.forEach(value, (child) => visit(child, event, found));
      }
    }
  }
}
