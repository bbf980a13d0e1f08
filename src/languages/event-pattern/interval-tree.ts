/**
 * Intervals, and finding those that hold a value: in the time of a search and of what is found.
 *
 * A treap, ordered by the lower ends, each node of which knows the highest upper end below it.
 * Its priorities come from a sequence of its own, so the same changes build the same tree.
 */

/** An end of an interval: `side` moves it just below (-1) or just above (1) its value. */
export interface End<V extends string | number> {
  readonly value: V;
  readonly side: -1 | 0 | 1;
}

export interface Interval<V extends string | number> {
  /** Inclusive. */
  readonly from: End<V>;
  /** Inclusive. */
  readonly through: End<V>;
}

interface Node<V extends string | number, T> extends Interval<V> {
  readonly entry: T;
  readonly priority: number;
  highest: End<V>;
  left: Tree<V, T>;
  right: Tree<V, T>;
}

type Tree<V extends string | number, T> = Node<V, T> | undefined;

export class IntervalTree<V extends string | number, T> {
  #root: Tree<V, T>;
  #seed = 1;

  get isEmpty(): boolean {
    return this.#root === undefined;
  }

  get(interval: Interval<V>): T | undefined {
    let node = this.#root;
    while (node !== undefined) {
      const order = compare(interval, node);
      if (order === 0) {
        return node.entry;
      }
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  /** An interval is there once: setting it again replaces its entry. */
  set(interval: Interval<V>, entry: T): void {
    this.delete(interval);
    const [before, behind] = split(this.#root, interval);
    const { from, through } = interval;
    const node: Node<V, T> = {
      from,
      through,
      entry,
      priority: this.#draw(),
      highest: through,
      left: undefined,
      right: undefined,
    };
    this.#root = merge(merge(before, node), behind);
  }

  delete(interval: Interval<V>): void {
    this.#root = without(this.#root, interval);
  }

  /** Calls `found` for every interval that holds the value. */
  forEach(value: V, found: (entry: T) => void): void {
    visit(this.#root, { value, side: 0 }, found);
  }

  /** Xorshift: cheap, and good enough to keep a treap flat. */
  #draw(): number {
    let seed = this.#seed;
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    this.#seed = seed;
    return seed;
  }
}

function compareEnds<V extends string | number>(a: End<V>, b: End<V>): number {
  if (a.value !== b.value) {
    return a.value < b.value ? -1 : 1;
  }
  return a.side - b.side;
}

function compare<V extends string | number>(a: Interval<V>, b: Interval<V>): number {
  return compareEnds(a.from, b.from) || compareEnds(a.through, b.through);
}

/** What is ordered before the interval, and the rest. */
function split<V extends string | number, T>(
  node: Tree<V, T>,
  at: Interval<V>,
): [Tree<V, T>, Tree<V, T>] {
  if (node === undefined) {
    return [undefined, undefined];
  }
  if (compare(node, at) < 0) {
    const [before, behind] = split(node.right, at);
    node.right = before;
    return [measured(node), behind];
  }
  const [before, behind] = split(node.left, at);
  node.left = behind;
  return [before, measured(node)];
}

/** Everything in `a` is ordered before everything in `b`. */
function merge<V extends string | number, T>(a: Tree<V, T>, b: Tree<V, T>): Tree<V, T> {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  if (a.priority > b.priority) {
    a.right = merge(a.right, b);
    return measured(a);
  }
  b.left = merge(a, b.left);
  return measured(b);
}

function without<V extends string | number, T>(
  node: Tree<V, T>,
  interval: Interval<V>,
): Tree<V, T> {
  if (node === undefined) {
    return undefined;
  }
  const order = compare(interval, node);
  if (order === 0) {
    return merge(node.left, node.right);
  }
  if (order < 0) {
    node.left = without(node.left, interval);
  } else {
    node.right = without(node.right, interval);
  }
  return measured(node);
}

function measured<V extends string | number, T>(node: Node<V, T>): Node<V, T> {
  let highest = node.through;
  for (const child of [node.left, node.right]) {
    if (child !== undefined && compareEnds(child.highest, highest) > 0) {
      highest = child.highest;
    }
  }
  node.highest = highest;
  return node;
}

function visit<V extends string | number, T>(
  node: Tree<V, T>,
  at: End<V>,
  found: (entry: T) => void,
): void {
  if (node === undefined || compareEnds(node.highest, at) < 0) {
    return;
  }
  visit(node.left, at, found);
  if (compareEnds(node.from, at) <= 0) {
    if (compareEnds(node.through, at) >= 0) {
      found(node.entry);
    }
    visit(node.right, at, found);
  }
}
