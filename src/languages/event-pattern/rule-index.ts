/**
 * Many patterns at once: finds those an event matches, at a cost that depends on the event and on
 * how many patterns match, not on how many there are.
 *
 * A branch is filed in a tree, one level for each of its fields: first `source` and `detail-type`,
 * then fields that name values, then those with parts (prefixes, wildcards, ranges, address
 * blocks), last those that nearly every event passes (`exists`, `anything-but`). A field with
 * several tests leads to a child for each. What is found is then matched whole (`matchesBranch`),
 * so the tree may find too much, never too little.
 *
 * A node with few branches keeps them all; only when they become many are they filed by their
 * next field. Rules come and go one by one: changing one among 100,000 costs what filing one
 * branch costs.
 *
 * What it does not do: of two weak conditions on two fields (`a > 5` and `b < 7`) the first alone
 * is looked up for all rules, the second for each of those.
 */
import type { Branch, EventPattern } from "./event-pattern.ts";
import { type FlatEvent, flattenEvent } from "./flat-event.ts";
import { matchesBranch } from "./matcher.ts";
import { ValueIndex } from "./value-index.ts";
import { keyOf, type ValueKey, weaknessOf } from "./value-key.ts";

/** A branch is filed at most this often; fields that would go beyond are left to the match. */
const PLACES_MAX = 64;
/** A node with more branches than this files them by their next field. */
const BRANCHES_PER_NODE_MAX = 8;

const FIRST_PATHS: readonly string[] = ["source", "detail-type"];

interface Filed<T> {
  readonly rule: T;
  readonly branch: Branch;
}

interface Node<T> {
  /** Those that end here, and all of them as long as they are few. */
  readonly filed: Set<Filed<T>>;
  /** By path; made when branches are first filed further down. */
  fields: Map<string, ValueIndex<Node<T>>> | undefined;
  /** For branches that want the path to be absent. */
  absent: Map<string, Node<T>> | undefined;
}

interface Step {
  readonly path: string;
  readonly keys: readonly ValueKey[];
  readonly weakness: number;
}

export class RuleIndex<T> {
  readonly #root: Node<T> = emptyNode();
  readonly #rules = new Map<T, { readonly filed: readonly Filed<T>[] }>();
  /** How many branches look at a path or below it. */
  readonly #paths = new Map<string, number>();
  readonly #branchesPerNodeMax: number;

  constructor(options: { readonly branchesPerNodeMax?: number } = {}) {
    this.#branchesPerNodeMax = options.branchesPerNodeMax ?? BRANCHES_PER_NODE_MAX;
  }

  get size(): number {
    return this.#rules.size;
  }

  /** Files a rule, in the place of what was filed under it before. */
  set(rule: T, pattern: EventPattern): void {
    this.delete(rule);
    const filed = pattern.branches.map((branch) => ({ rule, branch }));
    this.#rules.set(rule, { filed });
    for (const entry of filed) {
      this.#add(this.#root, stepsOf(entry.branch), 0, entry);
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

  #add(node: Node<T>, steps: readonly Step[], at: number, entry: Filed<T>): void {
    const isSplit = node.fields !== undefined || node.absent !== undefined;
    const step = steps[at];
    if (step !== undefined && isSplit) {
      for (const key of step.keys) {
        this.#add(childOf(node, step.path, key), steps, at + 1, entry);
      }
      return;
    }
    node.filed.add(entry);
    if (!isSplit && node.filed.size > this.#branchesPerNodeMax) {
      this.#split(node, at);
    }
  }

  #split(node: Node<T>, at: number): void {
    const moving = [...node.filed].map((entry) => ({ entry, steps: stepsOf(entry.branch) }));
    for (const { entry, steps } of moving) {
      if (at < steps.length) {
        node.filed.delete(entry);
        node.fields ??= new Map();
        this.#add(node, steps, at, entry);
      }
    }
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
  return { filed: new Set(), fields: undefined, absent: undefined };
}

function isEmpty<T>(node: Node<T>): boolean {
  return node.filed.size === 0 && (node.fields?.size ?? 0) === 0 && (node.absent?.size ?? 0) === 0;
}

/** The fields a branch is filed under, in the order of the tree's levels. */
function stepsOf(branch: Branch): readonly Step[] {
  const steps = branch.map(({ path, tests }): Step => {
    const keys = tests.map(keyOf);
    return { path, keys, weakness: Math.max(...keys.map(weaknessOf)) };
  });
  steps.sort(
    (a, b) =>
      a.weakness - b.weakness || rankOf(a.path) - rankOf(b.path) || (a.path < b.path ? -1 : 1),
  );
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

function knownChild<T>(node: Node<T>, path: string, key: ValueKey): Node<T> | undefined {
  return key.kind === "absent" ? node.absent?.get(path) : node.fields?.get(path)?.get(key);
}

function childOf<T>(node: Node<T>, path: string, key: ValueKey): Node<T> {
  const known = knownChild(node, path, key);
  if (known !== undefined) {
    return known;
  }
  const child = emptyNode<T>();
  if (key.kind === "absent") {
    node.absent ??= new Map();
    node.absent.set(path, child);
  } else {
    node.fields ??= new Map();
    const index = node.fields.get(path) ?? new ValueIndex();
    node.fields.set(path, index);
    index.set(key, child);
  }
  return child;
}

function dropChild<T>(node: Node<T>, path: string, key: ValueKey): void {
  if (key.kind === "absent") {
    node.absent?.delete(path);
    return;
  }
  const index = node.fields?.get(path);
  index?.delete(key);
  if (index?.isEmpty) {
    node.fields?.delete(path);
  }
}

/** Takes an entry out, and every node that is empty then. */
function removeFrom<T>(node: Node<T>, steps: readonly Step[], at: number, entry: Filed<T>): void {
  const step = steps[at];
  if (node.filed.delete(entry) || step === undefined) {
    return;
  }
  for (const key of step.keys) {
    const child = knownChild(node, step.path, key);
    if (child !== undefined) {
      removeFrom(child, steps, at + 1, entry);
      if (isEmpty(child)) {
        dropChild(node, step.path, key);
      }
    }
  }
}

/** Walks whichever is shorter: the paths of the node or those of the event. */
function visit<T>(node: Node<T>, event: FlatEvent, found: (entry: Filed<T>) => void): void {
  for (const entry of node.filed) {
    found(entry);
  }
  for (const [path, child] of node.absent ?? []) {
    if (!event.has(path)) {
      visit(child, event, found);
    }
  }
  const { fields } = node;
  if (fields === undefined) {
    return;
  }
  const paths = fields.size <= event.size ? fields.keys() : event.keys();
  for (const path of paths) {
    const index = fields.get(path);
    if (index !== undefined) {
      visitField(index, event, path, found);
    }
  }
}

/** A child is visited once, however many values of the field lead to it. */
function visitField<T>(
  index: ValueIndex<Node<T>>,
  event: FlatEvent,
  path: string,
  found: (entry: Filed<T>) => void,
): void {
  const values = event.get(path) ?? [];
  const [first, ...more] = values;
  if (first === undefined) {
    return;
  }
  if (more.length === 0) {
    index.forEach(first.value, (child) => visit(child, event, found));
    return;
  }
  const children = new Set<Node<T>>();
  for (const { value } of values) {
    index.forEach(value, (child) => children.add(child));
  }
  for (const child of children) {
    visit(child, event, found);
  }
}
