/** A message: what a sender gave, checked, with its digests. It never changes once sent. */
import { hash } from "node:crypto";
import { decodeRecord, encodeRecord } from "../../store/record.ts";
import { invalidParameter, invalidParameterValue, missingParameter } from "./errors.ts";
import { DELAY_SECONDS_MAX, GROUP_ID_LENGTH_MAX } from "./limits.ts";
import {
  attributeOf,
  attributesMd5,
  attributesSizeBytes,
  checkText,
  type MessageAttributes,
  messageAttributesOf,
  type WireAttributes,
} from "./message-attributes.ts";

export interface MessageContent {
  readonly messageId: string;
  readonly senderId: string;
  readonly body: string;
  readonly bodyMd5: string;
  readonly attributes?: MessageAttributes | undefined;
  readonly attributesMd5?: string | undefined;
  /** The system attribute AWSTraceHeader: an `X-Amzn-Trace-Id`. */
  readonly trace?: string | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

export interface Draft {
  readonly content: MessageContent;
  /** Body and attributes, as the size limits count them. */
  readonly sizeBytes: number;
  readonly delaySeconds: number | undefined;
  readonly systemAttributesMd5: string | undefined;
}

/** What SendMessage and an entry of SendMessageBatch have in common. */
export interface SendRequest {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: WireAttributes | undefined;
  readonly MessageSystemAttributes?: WireAttributes | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

export interface Sender {
  /** `X-Amzn-Trace-Id` of the request: it goes along unless the message says another. */
  readonly trace?: string | undefined;
  readonly messageId: string;
  readonly senderId: string;
}

/** Everything about a message that can be checked without its queue. */
export function draftMessage(request: SendRequest, sender: Sender): Draft {
  const body = request.MessageBody;
  if (body.length === 0) {
    throw missingParameter("MessageBody");
  }
  checkText(body, "message body");
  checkDelay(request.DelaySeconds);
  checkId("MessageGroupId", request.MessageGroupId);
  checkId("MessageDeduplicationId", request.MessageDeduplicationId);
  const attributes = messageAttributesOf(request.MessageAttributes);
  const system = systemAttributesOf(request.MessageSystemAttributes);
  const trace = system?.[TRACE_HEADER]?.value;
  return {
    content: {
      messageId: sender.messageId,
      senderId: sender.senderId,
      body,
      bodyMd5: hash("md5", body),
      attributes,
      attributesMd5: attributes && attributesMd5(attributes),
      trace: typeof trace === "string" ? trace : sender.trace,
      groupId: request.MessageGroupId,
      deduplicationId: request.MessageDeduplicationId,
    },
    sizeBytes: Buffer.byteLength(body) + attributesSizeBytes(attributes),
    delaySeconds: request.DelaySeconds,
    systemAttributesMd5: system && attributesMd5(system),
  };
}

/** Size for the limit of a batch, for entries that may be invalid in other ways. */
export function requestSizeBytes(request: SendRequest): number {
  let size = Buffer.byteLength(request.MessageBody);
  for (const [name, attribute] of Object.entries(request.MessageAttributes ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType);
    size += Buffer.byteLength(attribute.StringValue ?? "") + (attribute.BinaryValue?.length ?? 0);
  }
  return size;
}

function checkDelay(delaySeconds: number | undefined): void {
  if (delaySeconds !== undefined && !(delaySeconds >= 0 && delaySeconds <= DELAY_SECONDS_MAX)) {
    throw invalidParameter(
      "DelaySeconds",
      delaySeconds,
      `DelaySeconds must be >= 0 and <= ${DELAY_SECONDS_MAX}.`,
    );
  }
}

const ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]+$/;

function checkId(parameter: string, id: string | undefined): void {
  if (id !== undefined && (id.length > GROUP_ID_LENGTH_MAX || !ID.test(id))) {
    throw invalidParameter(
      parameter,
      id,
      `${parameter} can only include alphanumeric and punctuation characters. ` +
        `1 to ${GROUP_ID_LENGTH_MAX} in length.`,
    );
  }
}

const TRACE_HEADER = "AWSTraceHeader";

/** AWSTraceHeader is the only one there is, and does not count towards the size. */
function systemAttributesOf(input: WireAttributes | undefined): MessageAttributes | undefined {
  const entries = Object.entries(input ?? {});
  if (entries.length === 0) {
    return undefined;
  }
  for (const [name, { DataType }] of entries) {
    if (name !== TRACE_HEADER) {
      throw invalidParameterValue(
        `Message system attribute name '${name}' is invalid. The only supported message system ` +
          `attribute is ${TRACE_HEADER}.`,
      );
    }
    if (DataType !== "String") {
      throw invalidParameterValue(
        `The message system attribute '${name}' must have the type String.`,
      );
    }
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, attributeOf(name, value)]));
}

/** As an array, in the order of the interface: names would weigh as much as a small message. */
export function encodeContent(content: MessageContent): Uint8Array {
  return encodeRecord([
    content.messageId,
    content.senderId,
    content.body,
    content.bodyMd5,
    content.attributes ?? null,
    content.attributesMd5 ?? null,
    content.trace ?? null,
    content.groupId ?? null,
    content.deduplicationId ?? null,
  ]);
}

type ContentFields = readonly [
  messageId: string,
  senderId: string,
  body: string,
  bodyMd5: string,
  attributes: MessageAttributes | null,
  attributesMd5: string | null,
  trace: string | null,
  groupId: string | null,
  deduplicationId: string | null,
];

export function decodeContent(bytes: Uint8Array): MessageContent {
  const fields = decodeRecord<ContentFields>(bytes);
  return {
    messageId: fields[0],
    senderId: fields[1],
    body: fields[2],
    bodyMd5: fields[3],
    attributes: fields[4] ?? undefined,
    attributesMd5: fields[5] ?? undefined,
    trace: fields[6] ?? undefined,
    groupId: fields[7] ?? undefined,
    deduplicationId: fields[8] ?? undefined,
  };
}
