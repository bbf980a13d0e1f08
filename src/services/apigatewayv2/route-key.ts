/**
 * Route keys: `GET /pets/{id}`, `ANY /{proxy+}`, `$default`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */

export const DEFAULT_ROUTE = "$default";

const METHODS = ["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

export interface RoutePath {
  /** `ANY` for every method. */
  readonly method: string;
  readonly segments: readonly Segment[];
}

export type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "greedy"; readonly name: string };

/** `undefined` when the key is neither `$default` nor a method and a path. */
export function parseRouteKey(key: string): RoutePath | typeof DEFAULT_ROUTE | undefined {
  if (key === DEFAULT_ROUTE) {
    return DEFAULT_ROUTE;
  }
  const [, method = "", path = ""] = key.match(/^([A-Z]+) (\/\S*)$/) ?? [];
  if (!METHODS.includes(method)) {
    return undefined;
  }
  const segments = segmentsOf(path).map(parseSegment);
  const valid = segments.every(
    (segment, at) =>
      segment !== undefined && (segment.kind !== "greedy" || at === segments.length - 1),
  );
  return valid ? { method, segments: segments.flatMap((segment) => segment ?? []) } : undefined;
}

/** The parts of a path between its slashes; none for `/`. */
export function segmentsOf(path: string): readonly string[] {
  return path === "/" || path === "" ? [] : path.slice(1).split("/");
}

function parseSegment(text: string): Segment | undefined {
  const [, name, greedy] = text.match(/^\{([\w:.-]+)(\+?)\}$/) ?? [];
  if (name !== undefined) {
    return { kind: greedy === "+" ? "greedy" : "variable", name };
  }
  return /[{}]/.test(text) ? undefined : { kind: "text", text };
}
