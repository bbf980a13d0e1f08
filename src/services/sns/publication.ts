/**
 * What a publisher gave, checked, before any subscriber is looked at.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
import { parseJsonObject } from "../../base/json.ts";
import { invalidFor, invalidParameter } from "./errors.ts";
import { GROUP_ID_LENGTH_MAX, MESSAGE_SIZE_BYTES_MAX, SUBJECT_LENGTH_MAX } from "./limits.ts";
import { attributesSizeBytes, type MessageAttributes } from "./message-attributes.ts";

export interface Publication {
  readonly messageId: string;
  /** What a protocol gets that has no text of its own. */
  readonly message: string;
  /** By protocol, with MessageStructure `json`. */
  readonly messages: Readonly<Record<string, string>>;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  /** Of FIFO topics, as it was given or made of the content. */
  readonly deduplicationId?: string | undefined;
  /** Of FIFO topics. */
  readonly sequenceNumber?: string | undefined;
  readonly trace: string | undefined;
  /** Message and attributes, as the size limits count them. */
  readonly sizeBytes: number;
}

export interface PublishRequest {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

export interface Publisher {
  readonly messageId: string;
  readonly attributes: MessageAttributes;
  readonly trace: string | undefined;
}

/** Everything about a message that can be checked without its topic but the topic's kind. */
export function publicationOf(
  request: PublishRequest,
  publisher: Publisher,
  { isFifo }: { readonly isFifo: boolean },
): Publication {
  const { Message, Subject, MessageStructure, MessageGroupId } = request;
  if (Message.length === 0) {
    throw invalidParameter("Empty message");
  }
  if (Subject !== undefined) {
    checkSubject(Subject);
  }
  if (MessageStructure !== undefined && MessageStructure !== "json") {
    throw invalidParameter("MessageStructure");
  }
  checkIds(request, isFifo);
  const sizeBytes = Buffer.byteLength(Message) + attributesSizeBytes(publisher.attributes);
  if (sizeBytes > MESSAGE_SIZE_BYTES_MAX) {
    throw invalidParameter("Message too long");
  }
  const messages = MessageStructure === undefined ? {} : messagesOf(Message);
  return {
    messageId: publisher.messageId,
    attributes: publisher.attributes,
    trace: publisher.trace,
    message: messages["default"] ?? Message,
    messages,
    subject: Subject,
    groupId: MessageGroupId,
    deduplicationId: request.MessageDeduplicationId,
    sizeBytes,
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const CONTROL = /[\u0000-\u001f\u007f]/;

function checkSubject(subject: string): void {
  if (subject.length === 0 || subject.length > SUBJECT_LENGTH_MAX || CONTROL.test(subject)) {
    throw invalidParameter("Subject");
  }
}

const ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]+$/;

function checkIds(request: PublishRequest, isFifo: boolean): void {
  const { MessageGroupId, MessageDeduplicationId } = request;
  if (isFifo && MessageGroupId === undefined) {
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  }
  if (!isFifo && MessageDeduplicationId !== undefined) {
    throw invalidFor(
      "MessageDeduplicationId",
      "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  checkId("MessageGroupId", MessageGroupId);
  checkId("MessageDeduplicationId", MessageDeduplicationId);
}

function checkId(name: string, id: string | undefined): void {
  if (id !== undefined && (id.length > GROUP_ID_LENGTH_MAX || !ID.test(id))) {
    throw invalidFor(
      name,
      `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`,
    );
  }
}

/** Values that are no texts are ignored, as on AWS; `default` must be there. */
function messagesOf(text: string): Readonly<Record<string, string>> {
  const json = parseJsonObject(text);
  if (json === undefined) {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const texts = Object.entries(json).filter(([, value]) => typeof value === "string");
  const messages = Object.fromEntries(texts) as Record<string, string>;
  if (messages["default"] === undefined) {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return messages;
}
