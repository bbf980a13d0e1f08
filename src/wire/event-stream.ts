/**
 * Event streams in responses: each event one message of AWS's binary framing.
 *
 *   total length | headers length | CRC-32 of these | headers | payload | CRC-32 of all before
 *
 * An event names its kind in `:event-type`; an error ends the stream as an `:exception-type`.
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from "node:zlib";
import type { ByteStream } from "../base/byte-stream.ts";
import { utf8Encode } from "../base/bytes.ts";
import { AwsError } from "./aws-error.ts";
import { writeAwsCbor } from "./cbor.ts";
import { structureOf } from "./http-bindings.ts";
import { writeJson } from "./json.ts";
import type { ProtocolName, ServiceModel } from "./model.ts";
import { CONTENT_TYPES } from "./response-headers.ts";
import { element, type Plain, writeMembers } from "./write-xml.ts";

export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";

export interface EventStreamPlace {
  readonly model: ServiceModel;
  readonly protocol: ProtocolName;
  /** The union of the events. */
  readonly shape: string;
}

/** `initial` is the rest of the output, which protocols without HTTP bindings send first. */
export async function* encodeEvents(
  place: EventStreamPlace,
  events: AsyncIterable<unknown>,
  initial?: Uint8Array,
): ByteStream {
  if (initial !== undefined) {
    const headers = eventHeaders("initial-response", contentType(place));
    yield frame(headers, initial);
  }
  try {
    for await (const event of events) {
      yield encodeEvent(place, event as Plain);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    yield encodeException(place, error);
  }
}

type EventHeaders = Readonly<Record<string, string>>;

function eventHeaders(name: string, type: string): EventHeaders {
  return { ":event-type": name, ":content-type": type, ":message-type": "event" };
}

function encodeEvent(place: EventStreamPlace, event: Plain): Uint8Array {
  const { model } = place;
  const union = structureOf(model, place.shape);
  const [name = "", value] = Object.entries(event).find(([, one]) => one !== undefined) ?? [];
  const shapeName = union.members[name]?.shape ?? "";
  const shape = structureOf(model, shapeName);
  const payload = Object.entries(shape.members).find(([, member]) => member.eventPayload);
  if (payload === undefined) {
    const body = documentOf(place, shapeName, value as Plain);
    return frame(eventHeaders(name, contentType(place)), body);
  }
  const [payloadName, member] = payload;
  const content = (value as Plain)[payloadName];
  if (content instanceof Uint8Array) {
    return frame(eventHeaders(name, "application/octet-stream"), content);
  }
  const body = documentOf(place, member.shape, (content ?? {}) as Plain);
  return frame(eventHeaders(name, contentType(place)), body);
}

function encodeException(place: EventStreamPlace, error: AwsError): Uint8Array {
  const isCbor = place.protocol === "awsCbor1_1";
  const document = { message: error.message, ...error.members };
  const headers = {
    ":exception-type": error.code,
    ":content-type": isCbor ? CONTENT_TYPES.awsCbor1_1 : "application/json",
    ":message-type": "exception",
  };
  return frame(headers, isCbor ? writeAwsCbor(document) : utf8Encode(JSON.stringify(document)));
}

function documentOf(place: EventStreamPlace, shapeName: string, value: Plain): Uint8Array {
  const { model, protocol } = place;
  if (protocol === "awsCbor1_1") {
    return writeAwsCbor(value);
  }
  if (protocol !== "restXml") {
    return utf8Encode(writeJson(model, shapeName, value, "own"));
  }
  const content = writeMembers(model, structureOf(model, shapeName), value);
  return utf8Encode(content === "" ? "" : element(shapeName, content));
}

function contentType({ protocol }: EventStreamPlace): string {
  switch (protocol) {
    case "awsCbor1_1":
      return CONTENT_TYPES.awsCbor1_1;
    case "restXml":
      return "text/xml";
    default:
      return "application/json";
  }
}

const LENGTHS_BYTES = 8;
const CRC_BYTES = 4;
const TYPE_STRING = 7;

/** One message. */
function frame(headers: EventHeaders, payload: Uint8Array): Uint8Array {
  const head = encodeHeaders(headers);
  const total = LENGTHS_BYTES + CRC_BYTES + head.length + payload.length + CRC_BYTES;
  const message = Buffer.allocUnsafe(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, LENGTHS_BYTES)), LENGTHS_BYTES);
  message.set(head, LENGTHS_BYTES + CRC_BYTES);
  message.set(payload, LENGTHS_BYTES + CRC_BYTES + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - CRC_BYTES)), total - CRC_BYTES);
  return message;
}

/** Each a name, the type string and a value, names and values with their lengths in front. */
function encodeHeaders(headers: EventHeaders): Uint8Array {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const between = Buffer.from([TYPE_STRING, valueBytes.length >> 8, valueBytes.length & 0xff]);
    parts.push(Buffer.from([nameBytes.length]), nameBytes, between, valueBytes);
  }
  return Buffer.concat(parts);
}
