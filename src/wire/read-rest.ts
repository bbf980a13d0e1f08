/** The input of a REST operation: from path, query string, headers and body to one structure. */
import type { ByteStream } from "../base/byte-stream.ts";
import type { Claim } from "./claim.ts";
import type { HttpRequest } from "./http.ts";
import {
  type Binding,
  decodePart,
  type HttpBindings,
  httpBindings,
  queryPairs,
} from "./http-bindings.ts";
import { readJson } from "./json.ts";
import { malformedParameter, Unreadable } from "./malformed.ts";
import { readXml } from "./read-xml.ts";
import { readScalarText } from "./scalar-text.ts";
import { setOwn } from "./set-own.ts";

export function readRest(claim: Claim, shapeName: string, request: HttpRequest): unknown {
  const { model } = claim;
  const bindings = httpBindings(model, shapeName);
  const input = bindings.payload === undefined ? readBody(claim, bindings, shapeName, request) : {};
  readLabels(claim, bindings, input);
  readHeaders(claim, bindings, request, input);
  readQueryString(claim, bindings, request, input);
  if (bindings.payload !== undefined) {
    const payload = readPayload(claim, bindings.payload, request);
    if (payload !== undefined) {
      input[bindings.payload.name] = payload;
    }
  }
  return input;
}

interface Input {
  [name: string]: unknown;
}

function readLabels(claim: Claim, bindings: HttpBindings, input: Input): void {
  for (const { name, member } of bindings.labels) {
    const text = claim.labels?.[name];
    if (text !== undefined) {
      input[name] = readParameter(claim, name, member.shape, () => decodePart(text));
    }
  }
}

function readHeaders(
  claim: Claim,
  bindings: HttpBindings,
  request: HttpRequest,
  input: Input,
): void {
  for (const { name, member } of bindings.headers) {
    const text = request.headers[member.header?.toLowerCase() ?? ""];
    if (text !== undefined) {
      input[name] = readHeader(claim, { name, member }, text);
    }
  }
  for (const { name, member } of bindings.prefixHeaders) {
    const prefix = member.prefixHeaders ?? "";
    const map = {};
    for (const header of Object.keys(request.headers)) {
      if (header.startsWith(prefix)) {
        setOwn(map, header.slice(prefix.length), request.headers[header]);
      }
    }
    if (Object.keys(map).length > 0) {
      input[name] = map;
    }
  }
}

function readHeader(claim: Claim, { name, member }: Binding, text: string): unknown {
  const shape = claim.model.shapes[member.shape];
  if (shape?.type === "list") {
    const element = shape.member.shape;
    const parts = element.startsWith("timestamp") ? splitDates(text) : splitList(text);
    return parts.map((part) => readParameter(claim, name, element, () => part));
  }
  const isJson = member.mediaType === "application/json";
  return readParameter(claim, name, member.shape, () =>
    isJson ? Buffer.from(text, "base64").toString("utf8") : text,
  );
}

function readQueryString(
  claim: Claim,
  bindings: HttpBindings,
  request: HttpRequest,
  input: Input,
): void {
  const { query, queryParams } = bindings;
  if (request.query === "" || (query.length === 0 && queryParams === undefined)) {
    return;
  }
  const values = new Map<string, string[]>();
  for (const [name, value] of queryPairs(request.query)) {
    const known = values.get(name);
    if (known === undefined) {
      values.set(name, [value]);
    } else {
      known.push(value);
    }
  }
  for (const { name, member } of query) {
    const given = values.get(member.query ?? "");
    if (given !== undefined) {
      input[name] = readQueryMember(claim, { name, member }, given);
      values.delete(member.query ?? "");
    }
  }
  if (queryParams !== undefined) {
    const literals = queryPairs(queryOfRoute(claim)).map(([name]) => name);
    const others = [...values].filter(([name]) => !literals.includes(name));
    input[queryParams.name] = Object.fromEntries(others.map(([name, [value]]) => [name, value]));
  }
}

/** `mode=import` of `/restapis?mode=import`. */
function queryOfRoute({ model, operation }: Claim): string {
  return model.operations[operation]?.http?.uri.split("?", 2)[1] ?? "";
}

function readQueryMember(
  claim: Claim,
  { name, member }: Binding,
  given: readonly string[],
): unknown {
  const shape = claim.model.shapes[member.shape];
  if (shape?.type === "list") {
    return given.map((text) => readParameter(claim, name, shape.member.shape, () => text));
  }
  return readParameter(claim, name, member.shape, () => given.at(-1) ?? "");
}

function readParameter(claim: Claim, name: string, shape: string, text: () => string): unknown {
  try {
    return readScalarText(shape, text());
  } catch (error) {
    if (error instanceof Unreadable) {
      throw malformedParameter(claim.protocol, name);
    }
    throw error;
  }
}

function readPayload(claim: Claim, { member }: Binding, request: HttpRequest): unknown {
  const { model, protocol } = claim;
  switch (member.shape) {
    case "streamingBlob":
      return request.stream ?? streamOf(request.body);
    case "blob":
      return request.body.length === 0 ? undefined : request.body;
    case "string":
      return request.body.length === 0 ? undefined : Buffer.from(request.body).toString("utf8");
    default:
      break;
  }
  if (request.body.length === 0) {
    return undefined;
  }
  return protocol === "restXml"
    ? readXml(model, member.shape, request.body)
    : readJson(model, member.shape, request.body, "wire");
}

function readBody(
  { model, protocol }: Claim,
  bindings: HttpBindings,
  shapeName: string,
  request: HttpRequest,
): Input {
  if (bindings.body.length === 0 || request.body.length === 0) {
    return {};
  }
  const value =
    protocol === "restXml"
      ? readXml(model, shapeName, request.body)
      : readJson(model, shapeName, request.body, "wire");
  return withoutBound(bindings, value as Input);
}

/** What belongs in the path, the query string or the headers is not taken from the body. */
function withoutBound(bindings: HttpBindings, input: Input): Input {
  for (const { name } of [...bindings.labels, ...bindings.headers, ...bindings.query]) {
    if (Object.hasOwn(input, name)) {
      delete input[name];
    }
  }
  return input;
}

async function* streamOf(body: Uint8Array): ByteStream {
  if (body.length > 0) {
    yield body;
  }
}

/** Commas separate; quotes protect them, and a backslash a quote. */
function splitList(text: string): readonly string[] {
  if (!text.includes('"')) {
    return text === "" ? [] : text.split(",").map((part) => part.trim());
  }
  const parts: string[] = [];
  for (const [part] of text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)/g)) {
    const trimmed = part.replace(/,$/, "").trim();
    if (trimmed.startsWith('"')) {
      parts.push(trimmed.slice(1, -1).replace(/\\(.)/g, "$1"));
    } else if (trimmed !== "") {
      parts.push(trimmed);
    }
  }
  return parts;
}

/** HTTP dates have a comma of their own. */
function splitDates(text: string): readonly string[] {
  return text.match(/[^,]+,[^,]+|[^,]+/g)?.map((part) => part.trim()) ?? [];
}
