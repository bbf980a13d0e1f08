/**
 * Selection expressions: where in a request, or in an integration's response, a value is.
 *
 * `$request.header.x`, `$request.querystring.x`, `$request.path`, `$request.path.x`,
 * `$request.body`, `$request.body.a.b[0]`, `$response.header.x`, `$response.body.x`,
 * `$context.x`, `$stageVariables.x`; all else is a constant. Within a constant an expression may
 * stand in braces, `${request.path.id}`, or without them, `/$request.path.id`.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
import { utf8Decode } from "../../base/bytes.ts";
import { isJsonObject, parseJson } from "../../base/json.ts";
import type { HttpRequest } from "../../wire/http.ts";

export type Selection =
  | {
      readonly kind: "header" | "querystring" | "path" | "stageVariable" | "context";
      readonly name: string;
    }
  | { readonly kind: "wholePath" | "wholeBody" }
  | { readonly kind: "body"; readonly path: readonly (string | number)[] }
  | { readonly kind: "responseHeader"; readonly name: string }
  | { readonly kind: "responseBody"; readonly path: readonly (string | number)[] };

/** What expressions look into. */
export interface Selectable {
  readonly request: HttpRequest;
  /** Percent-encoded, behind the stage. */
  readonly path: string;
  readonly pathVariables: Readonly<Record<string, string>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly context: (name: string) => string | number | undefined;
  readonly response?: {
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: Uint8Array;
  };
}

/** A text with expressions in it, taken apart. */
export type Template = readonly (string | Selection)[];

const NAME = "[\\w!#%&'*+^`|~:-]+";

/** `undefined` when the text, without its dollar sign, is no expression. */
export function parseSelection(text: string): Selection | undefined {
  const [, location, name] = text.match(/^request\.(header|querystring|path)\.(.+)$/) ?? [];
  if (location !== undefined && name !== undefined) {
    const isName = new RegExp(`^(?:${NAME}|\\.)+$`).test(name);
    return isName ? { kind: location as "header" | "querystring" | "path", name } : undefined;
  }
  if (text === "request.path") {
    return { kind: "wholePath" };
  }
  if (text === "request.body") {
    return { kind: "wholeBody" };
  }
  const [, side, path] = text.match(/^(request|response)\.body(.+)$/) ?? [];
  if (path !== undefined) {
    const parsed = parsePath(path);
    return parsed && { kind: side === "request" ? "body" : "responseBody", path: parsed };
  }
  const [, header] = text.match(new RegExp(`^response\\.header\\.(${NAME})$`)) ?? [];
  if (header !== undefined) {
    return { kind: "responseHeader", name: header };
  }
  const [, root, variable] = text.match(/^(context|stageVariables)\.([\w:.-]+)$/) ?? [];
  if (variable === undefined) {
    return undefined;
  }
  return { kind: root === "context" ? "context" : "stageVariable", name: variable };
}

/** `.a.b[0]['c d']`; recursive descent, wildcards and filters are not expressions. */
function parsePath(text: string): readonly (string | number)[] | undefined {
  const step = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/gy;
  const path: (string | number)[] = [];
  let at = 0;
  for (const [whole, name, index, quoted] of text.matchAll(step)) {
    path.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
    at += whole.length;
  }
  return at === text.length ? path : undefined;
}

const EXPRESSION =
  /\$\{((?:request|response|context|stageVariables)\.[^}]+)\}|\$((?:request|response|context|stageVariables)(?:\.[\w:-]+|\[\d+\]|\['[^']+'\])+)/g;

/** `undefined` when there is a dollar sign that begins an expression, and none that is one. */
export function parseTemplate(text: string): Template | undefined {
  const parts: (string | Selection)[] = [];
  let at = 0;
  for (const match of text.matchAll(EXPRESSION)) {
    const selection = parseSelection(match[1] ?? match[2] ?? "");
    if (selection === undefined) {
      return undefined;
    }
    parts.push(text.slice(at, match.index), selection);
    at = match.index + match[0].length;
  }
  parts.push(text.slice(at));
  const written = parts.filter((part) => part !== "");
  return written.some((part) => typeof part === "string" && BROKEN.test(part))
    ? undefined
    : written;
}

const BROKEN = /\$\{?(request|response|context|stageVariables)\b/;

/** `undefined` when the text is one expression alone, and there is nothing where it looks. */
export function filledTemplate(template: Template, from: Selectable): string | undefined {
  const [only] = template;
  if (template.length === 1 && only !== undefined && typeof only !== "string") {
    return selected(only, from);
  }
  return template
    .map((part) => (typeof part === "string" ? part : (selected(part, from) ?? "")))
    .join("");
}

export function selected(selection: Selection, from: Selectable): string | undefined {
  switch (selection.kind) {
    case "header":
      return own(from.request.headers, selection.name.toLowerCase());
    case "querystring":
      return joined(new URLSearchParams(from.request.query).getAll(selection.name));
    case "path":
      return own(from.pathVariables, selection.name);
    case "stageVariable":
      return own(from.stageVariables, selection.name);
    case "context":
      return textOf(from.context(selection.name));
    case "wholePath":
      return from.path === "" ? "/" : from.path;
    case "wholeBody":
      return utf8Decode(from.request.body);
    case "body":
      return textOf(valueAt(from.request.body, selection.path));
    case "responseHeader":
      return joined(
        (from.response?.headers ?? [])
          .filter(([name]) => name.toLowerCase() === selection.name.toLowerCase())
          .map(([, value]) => value),
      );
    case "responseBody":
      return from.response && textOf(valueAt(from.response.body, selection.path));
  }
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(",");
}

function valueAt(body: Uint8Array, path: readonly (string | number)[]): unknown {
  let value = parseJson(utf8Decode(body));
  for (const step of path) {
    if (typeof step === "number") {
      value = Array.isArray(value) ? value[step] : undefined;
    } else {
      value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
