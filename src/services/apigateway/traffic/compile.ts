/**
 * A deployment made ready: its paths as a tree, its methods with what they name.
 *
 * Of the resources that fit a path the most specific one wins, text before a variable before a
 * greedy variable, part by part; its method is the request's own, else `ANY`. A resource without
 * methods is passed over, one without the method asked for is not.
 */

import { isJsonObject, type JsonObject, parseJson } from "../../../base/json.ts";
import { schemaProblems } from "../../../languages/json-schema/json-schema.ts";
import {
  parseTemplate,
  type Template,
} from "../../../languages/mapping-template/mapping-template.ts";
import type {
  AuthorizerRecord,
  GatewayResponseRecord,
  MethodRecord,
  Snapshot,
  ValidatorRecord,
} from "../keys.ts";

export interface Compiled {
  readonly snapshot: Snapshot;
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseRecord>;
  readonly authorizers: ReadonlyMap<string, AuthorizerRecord>;
  readonly validators: ReadonlyMap<string, ValidatorRecord>;
  match(path: string): PathMatch | undefined;
  /** Parsed once; throws a `TemplateError`. */
  template(text: string): Template;
  /** What is wrong with a body by a model. */
  problems(model: string, body: unknown): readonly string[];
}

export interface PathMatch {
  readonly resourceId: string;
  /** As the API names it: `/orders/{id}`. */
  readonly resourcePath: string;
  readonly methods: Readonly<Record<string, MethodRecord>>;
  /** Percent-encoded, as sent. */
  readonly variables: Readonly<Record<string, string>>;
}

interface Node {
  readonly byText: Map<string, Node>;
  variable?: { readonly name: string; readonly node: Node };
  greedy?: { readonly name: string; readonly leaf: Leaf };
  leaf?: Leaf;
}

type Leaf = Omit<PathMatch, "variables">;

export function compile(snapshot: Snapshot): Compiled {
  const root = treeOf(snapshot);
  const templates = new Map<string, Template>();
  const schemas = new Map<string, JsonObject>();
  for (const { name, schema = "" } of snapshot.models) {
    const parsed = parseJson(schema);
    schemas.set(name, isJsonObject(parsed) ? parsed : {});
  }
  const resolve = (address: string): JsonObject | undefined =>
    schemas.get(address.split("/").at(-1) ?? "");
  return {
    snapshot,
    gatewayResponses: new Map(snapshot.gatewayResponses.map((one) => [one.responseType, one])),
    authorizers: new Map(snapshot.authorizers.map((one) => [one.id, one])),
    validators: new Map(snapshot.validators.map((one) => [one.id, one])),
    match: (path) => matchIn(root, path),
    template(text) {
      const template = templates.get(text) ?? parseTemplate(text);
      templates.set(text, template);
      return template;
    },
    problems: (model, body) => schemaProblems(schemas.get(model) ?? {}, body, resolve),
  };
}

function treeOf({ resources }: Snapshot): Node {
  const root: Node = { byText: new Map() };
  for (const { id, path, methods } of resources) {
    if (Object.keys(methods).length === 0) {
      continue;
    }
    const leaf: Leaf = { resourceId: id, resourcePath: path, methods };
    let node = root;
    let isGreedy = false;
    for (const part of path.split("/").filter(Boolean)) {
      const [, name, plus] = /^\{([^+}]+)(\+?)\}$/.exec(part) ?? [];
      if (name !== undefined && plus === "+") {
        node.greedy = { name, leaf };
        isGreedy = true;
      } else if (name !== undefined) {
        node.variable ??= { name, node: { byText: new Map() } };
        node = node.variable.node;
      } else {
        const child: Node = node.byText.get(part) ?? { byText: new Map() };
        node.byText.set(part, child);
        node = child;
      }
    }
    if (!isGreedy) {
      node.leaf = leaf;
    }
  }
  return root;
}

function matchIn(root: Node, path: string): PathMatch | undefined {
  const parts = path.split("/").slice(1);
  while (parts.length > 0 && parts.at(-1) === "") {
    parts.pop();
  }
  const rest = path.replace(/^\//, "");
  return find(root, parts, { at: 0, rest, variables: {} });
}

interface Position {
  readonly at: number;
  /** Of the path, with a slash at its end. */
  readonly rest: string;
  readonly variables: Readonly<Record<string, string>>;
}

function find(node: Node, parts: readonly string[], position: Position): PathMatch | undefined {
  const { at, rest, variables } = position;
  const part = parts[at];
  if (part === undefined) {
    return node.leaf && { ...node.leaf, variables };
  }
  const behind = rest.slice(part.length + 1);
  const child = node.byText.get(decoded(part));
  const byText = child && find(child, parts, { at: at + 1, rest: behind, variables });
  if (byText !== undefined) {
    return byText;
  }
  if (node.variable !== undefined && part !== "") {
    const named = { ...variables, [node.variable.name]: part };
    const found = find(node.variable.node, parts, { at: at + 1, rest: behind, variables: named });
    if (found !== undefined) {
      return found;
    }
  }
  const { greedy } = node;
  return (
    greedy && {
      ...greedy.leaf,
      variables: { ...variables, [greedy.name]: rest.replace(/\/+$/, "") },
    }
  );
}

function decoded(text: string): string {
  if (!text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
