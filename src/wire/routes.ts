/**
 * The route table of a REST service: from method, path and query to an operation.
 *
 * A tree over path segments, compiled once from the model. Where operations share method and path,
 * the query literals of their templates decide (`?tagging`, `?list-type=2`), then the required
 * parameters and headers that are there (`uploadId=`, `x-amz-copy-source`), then `x-id`, which the
 * SDKs add. A change of a subresource that no operation changes is no match: `DELETE /b?versioning`
 * must not delete the bucket.
 */
import type { HttpRequest } from "./http.ts";
import type { OperationModel, ServiceModel } from "./model.ts";

export interface Route {
  readonly operation: string;
  /** Still percent-encoded. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface RouteTable {
  match(request: HttpRequest, path: string): Route | undefined;
}

interface Node {
  readonly literals: Map<string, Node>;
  label?: Node;
  /** By method. */
  readonly leaves: Map<string, Candidate[]>;
  readonly greedyLeaves: Map<string, Candidate[]>;
}

interface Candidate {
  readonly operation: string;
  /** Names in the order of the path's label segments. */
  readonly labelNames: readonly string[];
  /** Of the template: they must be there. */
  readonly literals: readonly (readonly [name: string, value: string | undefined])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly xId: string | undefined;
}

interface Found {
  readonly candidates: readonly Candidate[];
  readonly values: readonly string[];
}

const X_ID = "x-id";
/** No service has routes of more segments; a longer path only matches a greedy label. */
const SEGMENTS_MAX = 32;

export function compileRoutes(model: ServiceModel): RouteTable {
  const root = newNode();
  const subresources = new Set<string>();
  for (const [name, operation] of Object.entries(model.operations)) {
    if (operation.http !== undefined) {
      const candidate = addRoute(root, model, name, operation);
      for (const [literal, value] of candidate.literals) {
        if (value === undefined) {
          subresources.add(literal);
        }
      }
    }
  }
  return {
    match(request, path) {
      const { method, headers } = request;
      const query = queryOf(request.query);
      const found = find(root, segmentsOf(path), { method, at: 0, values: [] });
      const chosen = found && best(found.candidates, query, headers);
      const changes = method !== "GET" && method !== "HEAD";
      if (changes && chosen?.literals.length === 0 && hasAny(subresources, query)) {
        return undefined;
      }
      return chosen && routeOf(chosen, found.values);
    },
  };
}

function newNode(): Node {
  return { literals: new Map(), leaves: new Map(), greedyLeaves: new Map() };
}

function addRoute(
  root: Node,
  model: ServiceModel,
  name: string,
  operation: OperationModel,
): Candidate {
  const { method, uri } = operation.http ?? { method: "", uri: "" };
  const [path = "/", query = ""] = uri.split("?", 2);
  const labelNames: string[] = [];
  let node = root;
  let isGreedy = false;
  for (const segment of segmentsOf(bucketFirst(model, operation, path)).filter(Boolean)) {
    const label = /^\{([^}+]+)(\+?)\}$/.exec(segment);
    if (label === null) {
      node = childOf(node, segment);
      continue;
    }
    labelNames.push(label[1] ?? "");
    isGreedy = label[2] === "+";
    if (!isGreedy) {
      node.label ??= newNode();
      node = node.label;
    }
  }
  const candidate = { operation: name, labelNames, ...discriminators(model, operation, query) };
  const leaves = isGreedy ? node.greedyLeaves : node.leaves;
  leaves.set(method, [...(leaves.get(method) ?? []), candidate]);
  return candidate;
}

/** The model of S3 leaves the bucket out of its paths: the endpoint rules put it in front. */
function bucketFirst(model: ServiceModel, operation: OperationModel, path: string): string {
  const input = operation.input === undefined ? undefined : model.shapes[operation.input];
  const hasBucket =
    model.name === "s3" && input !== undefined && "members" in input && input.members["Bucket"];
  return hasBucket ? `/{Bucket}${path === "/" ? "" : path}` : path;
}

function discriminators(model: ServiceModel, operation: OperationModel, query: string) {
  const literals: [string, string | undefined][] = [];
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  let xId: string | undefined;
  for (const literal of query.split("&").filter(Boolean)) {
    const [name = "", value] = literal.split("=", 2);
    if (name === X_ID) {
      xId = value;
    } else {
      literals.push([name, value]);
    }
  }
  const input = operation.input === undefined ? undefined : model.shapes[operation.input];
  for (const member of input !== undefined && "members" in input
    ? Object.values(input.members)
    : []) {
    if (member.required && member.query !== undefined) {
      requiredQuery.push(member.query);
    }
    if (member.required && member.header !== undefined) {
      requiredHeaders.push(member.header.toLowerCase());
    }
  }
  return { literals, requiredQuery, requiredHeaders, xId };
}

function childOf(node: Node, literal: string): Node {
  const child = node.literals.get(literal) ?? newNode();
  node.literals.set(literal, child);
  return child;
}

/** `/a/b/` and `/a/b` are one path but for a greedy label, which takes the rest as it is. */
function segmentsOf(path: string): readonly string[] {
  return path.split("/").slice(1);
}

interface Position {
  readonly method: string;
  readonly at: number;
  readonly values: readonly string[];
}

function find(node: Node, segments: readonly string[], position: Position): Found | undefined {
  const { method, at, values } = position;
  const rest = segments.length - at;
  if (rest === 0 || (rest === 1 && segments[at] === "")) {
    const candidates = node.leaves.get(method);
    return candidates && { candidates, values };
  }
  if (at >= SEGMENTS_MAX) {
    return undefined;
  }
  const segment = segments[at] ?? "";
  const literal = node.literals.get(segment);
  const byLiteral = literal && find(literal, segments, { method, at: at + 1, values });
  if (byLiteral !== undefined) {
    return byLiteral;
  }
  if (node.label !== undefined && segment !== "") {
    const deeper = { method, at: at + 1, values: [...values, segment] };
    const byLabel = find(node.label, segments, deeper);
    if (byLabel !== undefined) {
      return byLabel;
    }
  }
  const greedy = node.greedyLeaves.get(method);
  return greedy && { candidates: greedy, values: [...values, segments.slice(at).join("/")] };
}

function best(
  candidates: readonly Candidate[],
  query: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): Candidate | undefined {
  let chosen: Candidate | undefined;
  let chosenScore = -1;
  for (const candidate of candidates) {
    const score = scoreOf(candidate, query, headers);
    if (score > chosenScore) {
      chosen = candidate;
      chosenScore = score;
    }
  }
  return chosen;
}

const LITERAL_SCORE = 1000;
/** Above what an incomplete candidate can have. */
const COMPLETE_SCORE = 100;
const PARAMETER_SCORE = 2;

/** -1 when a literal is missing. What else is missing is for validation to name. */
function scoreOf(
  candidate: Candidate,
  query: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): number {
  const { literals, requiredQuery, requiredHeaders, xId } = candidate;
  const hasLiterals = literals.every(([name, value]) => {
    const given = query.get(name);
    return given !== undefined && (value === undefined || given === value);
  });
  if (!hasLiterals) {
    return -1;
  }
  const isComplete =
    requiredQuery.every((name) => query.has(name)) &&
    requiredHeaders.every((name) => headers[name] !== undefined);
  const parameters = requiredQuery.length + requiredHeaders.length;
  return (
    LITERAL_SCORE * literals.length +
    (isComplete ? COMPLETE_SCORE + PARAMETER_SCORE * parameters : 0) +
    (xId !== undefined && query.get(X_ID) === xId ? 1 : 0)
  );
}

function routeOf(candidate: Candidate, values: readonly string[]): Route {
  const labels: Record<string, string> = {};
  candidate.labelNames.forEach((name, index) => {
    labels[name] = values[index] ?? "";
  });
  return { operation: candidate.operation, labels };
}

function hasAny(names: ReadonlySet<string>, query: ReadonlyMap<string, string>): boolean {
  for (const name of query.keys()) {
    if (names.has(name)) {
      return true;
    }
  }
  return false;
}

function queryOf(query: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const pair of query === "" ? [] : query.split("&")) {
    const equals = pair.indexOf("=");
    names.set(
      equals === -1 ? pair : pair.slice(0, equals),
      equals === -1 ? "" : pair.slice(equals + 1),
    );
  }
  return names;
}
