/** From an error to a response in the caller's protocol. */
import { utf8Encode } from "../base/bytes.ts";
import type { AwsError } from "./aws-error.ts";
import { writeAwsCbor, writeCbor } from "./cbor.ts";
import { type Claim, protocolOf } from "./claim.ts";
import { type ErrorShape, errorShapeOf } from "./error-shapes.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { httpBindings } from "./http-bindings.ts";
import { type JsonNames, writeJson } from "./json.ts";
import type { ProtocolName, ServiceModel } from "./model.ts";
import {
  bodyHeaders,
  CONTENT_TYPES,
  type Header,
  hostIdOf,
  queryNamespace,
  requestIdHeaders,
} from "./response-headers.ts";
import { boundHeaders } from "./write-rest.ts";
import { element, escapeText, writeMembers, XML_DECLARATION } from "./write-xml.ts";

const EMPTY = new Uint8Array(0);

/** `claim` is absent when the error came before there was one; the request then tells the form. */
export function fail(
  claim: Claim | undefined,
  error: AwsError,
  requestId: string,
  request?: HttpRequest,
): HttpResponse {
  const protocol = claim?.protocol ?? (request && protocolOf(request)) ?? "restJson1";
  const failure = { model: claim?.model, protocol, error, requestId };
  const shape = claim && errorShapeOf(claim.model, error.code);
  const response = RESPONSES[protocol](failure, shape);
  return request?.method === "HEAD" || response.status === 304
    ? { ...response, headers: withoutType(response.headers), body: EMPTY }
    : response;
}

interface Failure {
  readonly model: ServiceModel | undefined;
  readonly protocol: ProtocolName;
  readonly error: AwsError;
  readonly requestId: string;
}

type WriteFailure = (failure: Failure, shape: ErrorShape | undefined) => HttpResponse;

const RESPONSES: Readonly<Record<ProtocolName, WriteFailure>> = {
  awsCbor1_1: failInAwsCbor,
  awsJson1_0: failInJson,
  awsJson1_1: failInJson,
  awsQuery: failInQuery,
  restJson1: failInRestJson,
  restXml: failInRestXml,
  rpcv2Cbor: failInCbor,
};

function failInJson(failure: Failure, shape: ErrorShape | undefined): HttpResponse {
  const document = { __type: typeOf(failure, shape), ...jsonMembers(failure, shape, "own") };
  return documentResponse(failure, shape, utf8Encode(JSON.stringify(document)));
}

function failInCbor(failure: Failure, shape: ErrorShape | undefined): HttpResponse {
  const { message, members } = failure.error;
  const document = { __type: typeOf(failure, shape), message, ...members };
  return documentResponse(failure, shape, writeCbor(document));
}

function failInAwsCbor(failure: Failure, shape: ErrorShape | undefined): HttpResponse {
  const document = { __type: typeOf(failure, shape), ...jsonMembers(failure, shape, "own") };
  return documentResponse(failure, shape, writeAwsCbor(document));
}

function documentResponse(
  failure: Failure,
  shape: ErrorShape | undefined,
  body: Uint8Array,
): HttpResponse {
  const { model, protocol, requestId } = failure;
  return {
    status: statusOf(failure, shape),
    headers: [
      ...requestIdHeaders(protocol, requestId),
      ...queryErrorHeader(failure, shape),
      ...bodyHeaders(model, protocol, body),
    ],
    body,
  };
}

function failInRestJson(failure: Failure, shape: ErrorShape | undefined): HttpResponse {
  const { error, model, protocol, requestId } = failure;
  const bindings = model && shape && httpBindings(model, shape.name);
  return {
    status: statusOf(failure, shape),
    headers: [
      ...requestIdHeaders(protocol, requestId),
      ["x-amzn-ErrorType", shape?.name ?? error.code],
      ...(model && bindings ? boundHeaders(model, bindings, error.members) : []),
      ["Content-Type", CONTENT_TYPES.restJson1],
    ],
    body: utf8Encode(JSON.stringify(jsonMembers(failure, shape, "wire"))),
  };
}

/** Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization */
function failInQuery(failure: Failure, shape: ErrorShape | undefined): HttpResponse {
  const { error, model, protocol, requestId } = failure;
  const content = [
    element("Type", isClientFault(failure, shape) ? "Sender" : "Receiver"),
    textElement("Code", shape?.traits.queryCode ?? error.code),
    textElement("Message", error.message),
    model && shape ? writeMembers(model, shape.shape, error.members) : textElements(error.members),
  ].join("");
  const namespace = model === undefined ? "" : ` xmlns="${queryNamespace(model)}"`;
  const id = textElement("RequestId", requestId);
  const xml = `<ErrorResponse${namespace}>${element("Error", content)}${id}</ErrorResponse>`;
  return {
    status: shape?.traits.queryStatus ?? statusOf(failure, shape),
    headers: [...requestIdHeaders(protocol, requestId), ["Content-Type", CONTENT_TYPES.awsQuery]],
    body: utf8Encode(xml),
  };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function failInRestXml({ error, protocol, requestId }: Failure): HttpResponse {
  const content = [
    textElement("Code", error.code),
    textElement("Message", error.message),
    textElements(error.members),
    textElement("RequestId", requestId),
    textElement("HostId", hostIdOf(requestId)),
  ].join("");
  return {
    status: error.status,
    headers: [
      ...requestIdHeaders(protocol, requestId),
      ...Object.entries(error.headers),
      ["Content-Type", CONTENT_TYPES.restXml],
    ],
    body: utf8Encode(XML_DECLARATION + element("Error", content)),
  };
}

function textElements(members: AwsError["members"]): string {
  return Object.entries(members)
    .map(([name, value]) => textElement(name, value))
    .join("");
}

function textElement(name: string, value: unknown): string {
  return element(name, escapeText(String(value)));
}

/** The members in the shape's own spelling (`message`, `Message`), those of `error.members` too. */
function jsonMembers(
  { error, model }: Failure,
  shape: ErrorShape | undefined,
  names: JsonNames,
): object {
  if (shape === undefined || model === undefined) {
    return { message: error.message, ...error.members };
  }
  const members = shape.shape.members;
  const value: Record<string, unknown> = { ...error.members };
  // Some errors of AWS say no more than their code.
  if (error.message !== "") {
    value["Message" in members ? "Message" : "message"] = error.message;
  }
  if (members["Type"] !== undefined && value["Type"] === undefined) {
    value["Type"] = shape.traits.fault === "client" ? "User" : "Service";
  }
  return JSON.parse(writeJson(model, shape.name, value, names)) as object;
}

function statusOf({ error }: Failure, shape: ErrorShape | undefined): number {
  return shape?.traits.status ?? error.status;
}

function isClientFault({ error }: Failure, shape: ErrorShape | undefined): boolean {
  return (shape?.traits.fault ?? error.fault) === "client";
}

/** Services of JSON 1.0 give their errors with a namespace, those of 1.1 without. */
const NAMESPACES: Readonly<Record<string, string>> = {
  cloudwatch: "com.amazonaws.cloudwatch#",
  dynamodb: "com.amazonaws.dynamodb.v20120810#",
  sqs: "com.amazonaws.sqs#",
};
const SHARED_NAMESPACES: Readonly<Record<string, string>> = {
  ValidationException: "com.amazon.coral.validate#",
};
const SHARED_NAMESPACE = "com.amazon.coral.service#";

function typeOf({ error, model }: Failure, shape: ErrorShape | undefined): string {
  const own = model && NAMESPACES[model.name];
  if (own === undefined) {
    return shape?.name ?? error.code;
  }
  return shape === undefined
    ? (SHARED_NAMESPACES[error.code] ?? SHARED_NAMESPACE) + error.code
    : own + shape.name;
}

/** Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait */
function queryErrorHeader(failure: Failure, shape: ErrorShape | undefined): readonly Header[] {
  if (!failure.model?.queryCompatible) {
    return [];
  }
  const code = shape?.traits.queryCode ?? failure.error.code;
  const fault = isClientFault(failure, shape) ? "Sender" : "Receiver";
  return [["x-amzn-query-error", `${code};${fault}`]];
}

function withoutType(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => name !== "Content-Type");
}
