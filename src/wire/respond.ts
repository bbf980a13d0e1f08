/** From the output of an operation to a response in the caller's protocol. */
import { utf8Encode } from "../base/bytes.ts";
import { writeAwsCbor, writeCbor } from "./cbor.ts";
import type { Claim } from "./claim.ts";
import { EVENT_STREAM_TYPE, encodeEvents } from "./event-stream.ts";
import type { HttpResponse } from "./http.ts";
import { type Binding, httpBindings, structureOf } from "./http-bindings.ts";
import { writeJson } from "./json.ts";
import { jsonFormOf } from "./json-form.ts";
import { bodyHeaders, queryNamespace, requestIdHeaders } from "./response-headers.ts";
import { writeRest } from "./write-rest.ts";
import { element, escapeText, type Plain, writeMembers } from "./write-xml.ts";

const EMPTY = new Uint8Array(0);

export function respond(claim: Claim, output: unknown, requestId: string): HttpResponse {
  const { model, protocol } = claim;
  if (protocol === "restJson1" || protocol === "restXml") {
    return writeRest(claim, (output ?? {}) as Plain, requestId);
  }
  const shapeName = model.operations[claim.operation]?.output;
  const events = shapeName === undefined ? undefined : httpBindings(model, shapeName).events;
  if (shapeName !== undefined && events !== undefined) {
    return respondWithEvents(claim, { shapeName, events, output: output as Plain }, requestId);
  }
  const body = bodyOf(claim, shapeName, (output ?? {}) as Plain, requestId);
  return {
    status: 200,
    headers: [...requestIdHeaders(protocol, requestId), ...bodyHeaders(model, protocol, body)],
    body,
  };
}

/** An operation without an output shape answers with no body, but for the query protocol. */
function bodyOf(
  claim: Claim,
  shapeName: string | undefined,
  output: Plain,
  requestId: string,
): Uint8Array {
  const { model, protocol } = claim;
  if (protocol === "awsQuery") {
    return utf8Encode(queryBody(claim, shapeName, output, requestId));
  }
  if (shapeName === undefined) {
    return EMPTY;
  }
  switch (protocol) {
    case "awsCbor1_1":
      return writeAwsCbor(output);
    case "rpcv2Cbor":
      return writeCbor(output);
    default:
      return jsonFormOf(output) ?? Buffer.from(writeJson(model, shapeName, output, "own"));
  }
}

/** Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#response-serialization */
function queryBody(
  { model, operation }: Claim,
  shapeName: string | undefined,
  output: Plain,
  requestId: string,
): string {
  const result =
    shapeName === undefined
      ? ""
      : element(`${operation}Result`, writeMembers(model, structureOf(model, shapeName), output));
  const metadata = element("ResponseMetadata", element("RequestId", escapeText(requestId)));
  const namespace = queryNamespace(model);
  return `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
}

interface EventOutput {
  readonly shapeName: string;
  readonly events: Binding;
  readonly output: Plain;
}

/** The members beside the stream of events come first, as an event of their own. */
function respondWithEvents(
  { model, protocol }: Claim,
  { shapeName, events, output }: EventOutput,
  requestId: string,
): HttpResponse {
  const { [events.name]: stream, ...rest } = output;
  const initial =
    protocol === "awsCbor1_1"
      ? writeAwsCbor(rest)
      : Buffer.from(writeJson(model, shapeName, rest, "own"));
  const place = { model, protocol, shape: events.member.shape };
  return {
    status: 200,
    headers: [...requestIdHeaders(protocol, requestId), ["Content-Type", EVENT_STREAM_TYPE]],
    body: encodeEvents(place, stream as AsyncIterable<unknown>, initial),
  };
}
