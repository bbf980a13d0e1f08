/** The response of a REST operation: status, headers and body out of one structure. */
import type { ByteStream } from "../base/byte-stream.ts";
import { utf8Encode } from "../base/bytes.ts";
import type { Claim } from "./claim.ts";
import { EVENT_STREAM_TYPE, encodeEvents } from "./event-stream.ts";
import type { HttpResponse } from "./http.ts";
import { type Binding, type HttpBindings, httpBindings, structureOf } from "./http-bindings.ts";
import { writeJson } from "./json.ts";
import type { ServiceModel } from "./model.ts";
import { CONTENT_TYPES, type Header, requestIdHeaders } from "./response-headers.ts";
import { writeScalarText } from "./scalar-text.ts";
import {
  escapeText,
  namespaceAttribute,
  type Plain,
  writeElement,
  writeMembers,
  XML_DECLARATION,
} from "./write-xml.ts";

const EMPTY = new Uint8Array(0);
/** The status of a part of an object (RFC 9110, section 15.3.7), which S3's model leaves out. */
const PARTIAL_CONTENT = 206;
/** Where an output carries a status that its model does not know of. */
const STATUS: unique symbol = Symbol("status");

interface Body {
  readonly content: Uint8Array | ByteStream;
  /** Absent for an empty body. */
  readonly type?: string;
}

/** The same output, answered with a status of its own: RestoreObject has two, its model one. */
export function withStatus<T extends object>(output: T, status: number): T {
  return Object.assign(output, { [STATUS]: status });
}

export function writeRest(claim: Claim, output: Plain, requestId: string): HttpResponse {
  const { model, protocol } = claim;
  const operation = model.operations[claim.operation];
  const shapeName = operation?.output;
  const headers: Header[] = [...requestIdHeaders(protocol, requestId)];
  const modelStatus = operation?.http?.status ?? 200;
  if (shapeName === undefined) {
    return { status: modelStatus, headers, body: EMPTY };
  }
  const bindings = httpBindings(model, shapeName);
  headers.push(...boundHeaders(model, bindings, output));
  const body = writeBody(claim, shapeName, bindings, output);
  const sayTheirs = bindings.headers.some(({ member }) => member.header === "Content-Type");
  if (body.type !== undefined && !sayTheirs) {
    headers.push(["Content-Type", body.type]);
  }
  const { statusCode } = bindings;
  const status = statusCode === undefined ? undefined : output[statusCode.name];
  const own = (output as { readonly [STATUS]?: number })[STATUS];
  const usual = own ?? (output["ContentRange"] === undefined ? modelStatus : PARTIAL_CONTENT);
  return { status: typeof status === "number" ? status : usual, headers, body: body.content };
}

/** Headers of a structure's members: of outputs, and of the few errors that have some. */
export function boundHeaders(
  model: ServiceModel,
  bindings: HttpBindings,
  value: Plain,
): readonly Header[] {
  const headers: Header[] = [];
  for (const { name, member } of bindings.headers) {
    const item = value[name];
    if (item !== undefined && item !== null) {
      headers.push([member.header ?? name, headerText(model, { name, member }, item)]);
    }
  }
  for (const { name, member } of bindings.prefixHeaders) {
    for (const [key, text] of Object.entries((value[name] ?? {}) as Plain)) {
      headers.push([`${member.prefixHeaders}${key}`, encodedWord(String(text))]);
    }
  }
  return headers;
}

function headerText(model: ServiceModel, { member }: Binding, value: unknown): string {
  const shape = model.shapes[member.shape];
  if (shape?.type === "list") {
    const items = value as readonly unknown[];
    return items
      .map((item) => quoted(writeScalarText(shape.member.shape, item, "httpDate")))
      .join(", ");
  }
  const text = writeScalarText(member.shape, value, "httpDate");
  return member.mediaType === "application/json"
    ? Buffer.from(text).toString("base64")
    : encodedWord(text);
}

function quoted(text: string): string {
  return /^[^",]*$/.test(text) || /^\w{3}, /.test(text)
    ? text
    : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * What a header cannot hold as it is goes as an encoded word (RFC 2047).
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
function encodedWord(text: string): string {
  return /^[\t\x20-\x7e]*$/.test(text)
    ? text
    : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

function writeBody(claim: Claim, shapeName: string, bindings: HttpBindings, output: Plain): Body {
  const { model, protocol } = claim;
  if (bindings.payload !== undefined) {
    return writePayload(claim, bindings.payload, output[bindings.payload.name]);
  }
  if (protocol === "restJson1") {
    const isEmpty = bindings.body.length === 0;
    return isEmpty ? { content: EMPTY } : jsonBody(model, shapeName, bodyMembers(bindings, output));
  }
  return bindings.body.length === 0 ? { content: EMPTY } : xmlBody(claim, shapeName, output);
}

/** The members that have no place in the head. */
function bodyMembers(bindings: HttpBindings, output: Plain): Plain {
  const { headers, prefixHeaders, statusCode } = bindings;
  if (headers.length === 0 && prefixHeaders.length === 0 && statusCode === undefined) {
    return output;
  }
  return Object.fromEntries(bindings.body.map(({ name }) => [name, output[name]]));
}

function jsonBody(model: ServiceModel, shapeName: string, value: unknown): Body {
  const content = Buffer.from(writeJson(model, shapeName, value, "wire"));
  return { content, type: CONTENT_TYPES.restJson1 };
}

function xmlBody(claim: Claim, shapeName: string, output: Plain): Body {
  const { model } = claim;
  const shape = structureOf(model, shapeName);
  const tag = shape.xmlName ?? shapeName;
  // The one output that is the text of its root: the model calls it `s3UnwrappedXmlOutput`.
  const content =
    claim.operation === "GetBucketLocation"
      ? escapeText(String(output["LocationConstraint"] ?? ""))
      : writeMembers(model, shape, output);
  const namespace = namespaceAttribute(shape.xmlNamespace ?? model.xmlNamespace);
  return {
    content: utf8Encode(`${XML_DECLARATION}<${tag}${namespace}>${content}</${tag}>`),
    type: CONTENT_TYPES.restXml,
  };
}

/** What functions answer is JSON. */
function blobType(model: ServiceModel): string {
  return model.name === "lambda" ? CONTENT_TYPES.restJson1 : "application/octet-stream";
}

function writePayload(claim: Claim, { member }: Binding, value: unknown): Body {
  const { model, protocol } = claim;
  if (value === undefined || value === null) {
    return { content: EMPTY };
  }
  switch (member.shape) {
    case "streamingBlob":
      // An object has a type of its own, which the output carries.
      return { content: value as ByteStream };
    case "blob":
      return { content: value as Uint8Array, type: blobType(model) };
    case "string":
      return { content: utf8Encode(String(value)), type: "text/plain" };
    default:
      break;
  }
  if (member.eventStream) {
    const place = { model, protocol, shape: member.shape };
    return {
      content: encodeEvents(place, value as AsyncIterable<unknown>),
      type: EVENT_STREAM_TYPE,
    };
  }
  if (protocol === "restJson1") {
    return jsonBody(model, member.shape, value);
  }
  const shape = structureOf(model, member.shape);
  const xmlNamespace = member.xmlNamespace ?? model.xmlNamespace;
  const namespaced = xmlNamespace === undefined ? member : { ...member, xmlNamespace };
  const tag = member.xmlName ?? shape.xmlName ?? member.shape;
  return {
    content: utf8Encode(XML_DECLARATION + writeElement(model, namespaced, tag, value)),
    type: CONTENT_TYPES.restXml,
  };
}
