/**
 * The routes of a deployment as a tree of path segments.
 *
 * Of the routes that fit a request's method and path the most specific one wins: text before a
 * variable before a greedy variable, segment by segment, and a method before `ANY`; then `$default`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import { DEFAULT_ROUTE, parseRouteKey, type Segment, segmentsOf } from "./route-key.ts";

export interface RouteTable<T> {
  /** `path` is percent-encoded, as sent, and without the stage. */
  match(method: string, path: string): RouteMatch<T> | undefined;
}

export interface RouteMatch<T> {
  readonly route: T;
  /** Decoded; absent when the route has no variables. */
  readonly variables: Readonly<Record<string, string>> | undefined;
}

interface Node<T> {
  readonly byText: Map<string, Node<T>>;
  variable: Node<T> | undefined;
  /** Of the routes that end in a greedy variable here. */
  greedy: Map<string, Leaf<T>>;
  readonly leaves: Map<string, Leaf<T>>;
}

interface Leaf<T> {
  readonly route: T;
  readonly segments: readonly Segment[];
}

export function createRouteTable<T extends { readonly routeKey: string }>(
  routes: readonly T[],
): RouteTable<T> {
  const root = emptyNode<T>();
  let fallback: T | undefined;
  for (const route of routes) {
    const parsed = parseRouteKey(route.routeKey);
    if (parsed === DEFAULT_ROUTE) {
      fallback = route;
    } else if (parsed !== undefined) {
      add(root, parsed.method, { route, segments: parsed.segments });
    }
  }
  return {
    match(method, path) {
      const texts = segmentsOf(path).map(decoded);
      const leaf = find(root, { method, texts }, 0);
      if (leaf !== undefined) {
        return { route: leaf.route, variables: variablesOf(leaf.segments, texts) };
      }
      return fallback && { route: fallback, variables: undefined };
    },
  };
}

/** A text that is not percent-encoded UTF-8 stands for itself. */
export function decoded(text: string): string {
  if (!text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function emptyNode<T>(): Node<T> {
  return { byText: new Map(), variable: undefined, greedy: new Map(), leaves: new Map() };
}

function add<T>(root: Node<T>, method: string, leaf: Leaf<T>): void {
  let node = root;
  for (const segment of leaf.segments) {
    if (segment.kind === "greedy") {
      node.greedy.set(method, leaf);
      return;
    }
    node = childFor(node, segment);
  }
  node.leaves.set(method, leaf);
}

function childFor<T>(node: Node<T>, segment: Exclude<Segment, { kind: "greedy" }>): Node<T> {
  if (segment.kind === "variable") {
    node.variable ??= emptyNode();
    return node.variable;
  }
  const known = node.byText.get(segment.text);
  const child = known ?? emptyNode<T>();
  if (known === undefined) {
    node.byText.set(segment.text, child);
  }
  return child;
}

interface Wanted {
  readonly method: string;
  readonly texts: readonly string[];
}

function find<T>(node: Node<T>, wanted: Wanted, at: number): Leaf<T> | undefined {
  const text = wanted.texts[at];
  if (text === undefined) {
    return byMethod(node.leaves, wanted.method);
  }
  const child = node.byText.get(text);
  const found = child && find(child, wanted, at + 1);
  if (found !== undefined) {
    return found;
  }
  const variable = text !== "" && node.variable ? find(node.variable, wanted, at + 1) : undefined;
  const rest = at < wanted.texts.length - 1 || text !== "";
  return variable ?? (rest ? byMethod(node.greedy, wanted.method) : undefined);
}

function byMethod<T>(leaves: ReadonlyMap<string, Leaf<T>>, method: string): Leaf<T> | undefined {
  return leaves.get(method) ?? leaves.get("ANY");
}

function variablesOf(
  segments: readonly Segment[],
  texts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const variables: Record<string, string> = {};
  let any = false;
  segments.forEach((segment, at) => {
    if (segment.kind !== "text") {
      any = true;
      variables[segment.name] =
        segment.kind === "greedy" ? texts.slice(at).join("/") : (texts[at] ?? "");
    }
  });
  return any ? variables : undefined;
}
