/**
 * Message attributes: checks, MD5 digests, selection.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
import { createHash } from "node:crypto";
import { invalidCharacter, invalidParameterValue } from "./errors.ts";
import { ATTRIBUTE_NAME_LENGTH_MAX, MESSAGE_ATTRIBUTES_MAX } from "./limits.ts";

export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, with an optional custom suffix: `Number.int`. */
  readonly type: string;
  readonly value: string | Uint8Array;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** As the wire has it, for message attributes and message system attributes alike. */
export interface WireAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
  readonly StringListValues?: readonly string[] | undefined;
  readonly BinaryListValues?: readonly Uint8Array[] | undefined;
}

export type WireAttributes = Readonly<Record<string, WireAttribute>>;

const NAME = /^[A-Za-z0-9_.-]+$/;
const RESERVED_NAME = /^(aws|amazon)\./i;
const MISPLACED_PERIOD = /^\.|\.$|\.\./;
const TYPE = /^(String|Number|Binary)(\..+)?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** `undefined` when there are none: AWS then gives no digest either. */
export function messageAttributesOf(
  input: WireAttributes | undefined,
): MessageAttributes | undefined {
  const entries = Object.entries(input ?? {});
  if (entries.length === 0) {
    return undefined;
  }
  if (entries.length > MESSAGE_ATTRIBUTES_MAX) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MESSAGE_ATTRIBUTES_MAX}].`,
    );
  }
  return Object.fromEntries(
    entries.map(([name, attribute]) => {
      checkName(name);
      return [name, attributeOf(name, attribute)];
    }),
  );
}

function checkName(name: string): void {
  if (name.length > ATTRIBUTE_NAME_LENGTH_MAX) {
    throw invalidParameterValue(
      `Message attribute name must be shorter than ${ATTRIBUTE_NAME_LENGTH_MAX} bytes.`,
    );
  }
  if (RESERVED_NAME.test(name)) {
    throw invalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. " +
        "These strings are reserved for internal use.",
    );
  }
  if (!NAME.test(name) || MISPLACED_PERIOD.test(name)) {
    throw invalidParameterValue(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, ` +
        "underscore (_), hyphen (-), and period (.) characters.",
    );
  }
}

export function attributeOf(name: string, attribute: WireAttribute): MessageAttribute {
  const { DataType: type, StringValue: text, BinaryValue: binary } = attribute;
  if (attribute.StringListValues?.length || attribute.BinaryListValues?.length) {
    throw invalidParameterValue(
      "Message attribute list values in SendMessage operation are not supported.",
    );
  }
  if (!type) {
    throw invalidParameterValue(
      `The message attribute '${name}' must contain non-empty message attribute type.`,
    );
  }
  if (!TYPE.test(type)) {
    throw invalidParameterValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported ` +
        "type prefixes is Binary, Number, and String.",
    );
  }
  const value = type.startsWith("Binary") ? binary : text;
  if (value === undefined || value.length === 0) {
    throw invalidParameterValue(
      `The message attribute '${name}' must contain non-empty message attribute value for ` +
        `message attribute type '${type}'.`,
    );
  }
  if (typeof value === "string") {
    checkText(value, `message attribute '${name}' value`);
    if (type.startsWith("Number") && !NUMBER.test(value)) {
      throw invalidParameterValue(
        `Can't cast the value of message attribute '${name}' to a number.`,
      );
    }
  }
  return { type, value };
}

/** What XML 1.0 cannot hold: https://www.w3.org/TR/REC-xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function checkText(text: string, where: string): void {
  const found = FORBIDDEN.exec(text);
  if (found !== null) {
    throw invalidCharacter(found[0].codePointAt(0) ?? 0, where);
  }
}

/** Names, types and values count towards the size of a message. */
export function attributesSizeBytes(attributes: MessageAttributes | undefined): number {
  let size = 0;
  for (const [name, { type, value }] of Object.entries(attributes ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(type);
    size += typeof value === "string" ? Buffer.byteLength(value) : value.length;
  }
  return size;
}

const TRANSPORT_STRING = Buffer.from([1]);
const TRANSPORT_BINARY = Buffer.from([2]);

/**
 * By name: the length and bytes of name, type and value, a byte for text or binary before the value.
 * Source: "Calculating the MD5 message digest for message attributes" on the page named above.
 */
export function attributesMd5(attributes: MessageAttributes): string {
  const hash = createHash("md5");
  const part = (bytes: Uint8Array): void => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name];
    if (attribute !== undefined) {
      const isText = typeof attribute.value === "string";
      part(Buffer.from(name));
      part(Buffer.from(attribute.type));
      hash.update(isText ? TRANSPORT_STRING : TRANSPORT_BINARY);
      part(typeof attribute.value === "string" ? Buffer.from(attribute.value) : attribute.value);
    }
  }
  return hash.digest("hex");
}

/** `All`, `.*`, a name, or the start of names: `order.*`. */
export function selectAttributes(
  attributes: MessageAttributes,
  selectors: readonly string[],
): MessageAttributes {
  if (selectors.some((selector) => selector === "All" || selector === ".*")) {
    return attributes;
  }
  const prefixes = selectors
    .filter((selector) => selector.endsWith(".*"))
    .map((selector) => selector.slice(0, -2));
  const chosen = Object.entries(attributes).filter(
    ([name]) => selectors.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
  return Object.fromEntries(chosen);
}

export function wireAttributes(attributes: MessageAttributes): WireAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      typeof value === "string"
        ? { DataType: type, StringValue: value }
        : { DataType: type, BinaryValue: value },
    ]),
  );
}
