/**
 * Parameter mapping: headers, query strings and the path of a request, and headers and the status
 * of a response, changed on their way.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
import { badRequest, invalidExpression } from "../errors.ts";
import type { RoutedRequest } from "../payload.ts";
import { filledTemplate, parseTemplate, type Selectable, type Template } from "../selection.ts";

/** A key and its value: `append:header.x`, `overwrite:path`, `overwrite:statuscode`. */
export interface MappingRule {
  readonly action: "append" | "overwrite" | "remove";
  readonly location: "header" | "querystring" | "path" | "statuscode";
  /** A header's in lower case; empty for a path and a status. */
  readonly name: string;
  readonly value: Template;
}

/** What an update takes away has an empty text for its value; a removal is written as `''`. */
export type Mappings = Readonly<Record<string, string>>;

const SIDES = {
  request: { locations: "header|querystring", whole: "path" },
  response: { locations: "header", whole: "statuscode" },
} as const;

/** Throws what AWS says of a key or a value that is none. */
export function parseMappings(
  mappings: Mappings,
  side: keyof typeof SIDES,
): readonly MappingRule[] {
  return Object.entries(mappings)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => {
      const template = parseTemplate(value);
      const rule = parseKey(key, side);
      if (rule === undefined || template === undefined || !fitsSide(template, side)) {
        throw invalidExpression(rule === undefined ? key : value);
      }
      if (rule.location === "header" && isReserved(rule.name)) {
        throw badRequest(`Operations on header ${rule.name} are restricted`);
      }
      return { ...rule, value: template };
    });
}

function parseKey(key: string, side: keyof typeof SIDES): Omit<MappingRule, "value"> | undefined {
  const { locations, whole } = SIDES[side];
  if (new RegExp(`^overwrite[:.]${whole}$`).test(key)) {
    return { action: "overwrite", location: whole, name: "" };
  }
  const [, action, location, name = ""] =
    key.match(new RegExp(`^(append|overwrite|remove):(${locations})\\.(\\S+)$`)) ?? [];
  if (action === undefined || location === undefined) {
    return undefined;
  }
  return {
    action: action as MappingRule["action"],
    location: location as MappingRule["location"],
    name: location === "header" ? name.toLowerCase() : name,
  };
}

/** A response is not there before the request has gone out; a response's rules see it alone. */
function fitsSide(template: Template, side: keyof typeof SIDES): boolean {
  const shared = ["context", "stageVariable"];
  return template.every((part) => {
    if (typeof part === "string" || shared.includes(part.kind)) {
      return true;
    }
    return part.kind.startsWith("response") === (side === "response");
  });
}

const RESERVED = new Set(
  (
    "authorization connection content-encoding content-length content-location forwarded " +
    "keep-alive origin proxy-authenticate proxy-authorization te trailers transfer-encoding " +
    "upgrade x-forwarded-for x-forwarded-host x-forwarded-proto via host"
  ).split(" "),
);

function isReserved(header: string): boolean {
  return RESERVED.has(header) || /^(access-control|apigw|x-amz|x-amzn)-/.test(header);
}

/** All values are those of the request as it came: rules do not see each other's work. */
export function mappedRequest(
  rules: readonly MappingRule[],
  routed: RoutedRequest,
  from: Selectable,
): RoutedRequest {
  const { request } = routed;
  const headers: Record<string, string> = { ...request.headers };
  let query = request.query;
  let mappedPath: string | undefined;
  for (const { action, location, name, value } of rules) {
    const text = action === "remove" ? undefined : filledTemplate(value, from);
    if (location === "path") {
      mappedPath = text;
    } else if (location === "querystring") {
      query = mappedQuery(query, { action, name, text });
    } else {
      changeHeader(headers, { action, name, text });
    }
  }
  const changed = { ...routed, request: { ...request, headers, query } };
  return mappedPath === undefined ? changed : { ...changed, mappedPath, path: mappedPath };
}

interface Change {
  readonly action: MappingRule["action"];
  readonly name: string;
  /** `undefined` to remove, and where a value was not found: then nothing is set. */
  readonly text: string | undefined;
}

function changeHeader(headers: Record<string, string>, { action, name, text }: Change): void {
  if (action === "remove") {
    delete headers[name];
  } else if (text !== undefined) {
    const isThere = action === "append" && Object.hasOwn(headers, name);
    const before = isThere ? headers[name] : undefined;
    headers[name] = before === undefined ? text : `${before},${text}`;
  }
}

function mappedQuery(query: string, { action, name, text }: Change): string {
  if (action !== "remove" && text === undefined) {
    return query;
  }
  const parts = query.split("&").filter((part) => part !== "");
  const kept = action === "append" ? parts : parts.filter((part) => nameOf(part) !== name);
  const added =
    text === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(text)}`];
  return [...kept, ...added].join("&");
}

function nameOf(part: string): string | undefined {
  const [first] = new URLSearchParams(part).keys();
  return first;
}

type HeaderList = readonly (readonly [name: string, value: string])[];

/** The headers and the status of a response, by the rules for the status it came with. */
export function mappedResponse(
  rules: readonly MappingRule[],
  response: { readonly status: number; readonly headers: HeaderList },
  from: Selectable,
): { readonly status: number; readonly headers: HeaderList } {
  let { status, headers } = response;
  for (const { action, location, name, value } of rules) {
    const text = action === "remove" ? undefined : filledTemplate(value, from);
    if (location === "statuscode") {
      const wanted = Number(text);
      status = Number.isInteger(wanted) && wanted >= 100 && wanted <= 599 ? wanted : status;
    } else if (action === "remove" || text !== undefined) {
      const others = headers.filter(([other]) => other.toLowerCase() !== name);
      const before = headers.filter(([other]) => other.toLowerCase() === name);
      const joined = [...(action === "append" ? before.map(([, old]) => old) : []), text ?? ""];
      headers = action === "remove" ? others : [...others, [name, joined.join(",")]];
    }
  }
  return { status, headers };
}
