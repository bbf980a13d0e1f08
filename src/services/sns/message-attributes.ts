/**
 * Message attributes as SNS checks them.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
import type { EnvelopeAttribute } from "../../outbox/sink.ts";
import { parameterValueInvalid } from "./errors.ts";

export type MessageAttributes = Readonly<Record<string, EnvelopeAttribute>>;

interface WireAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const NAME_LENGTH_MAX = 256;
const TYPE = /^(String|Number|Binary)(\..+)?$/;

export function messageAttributesOf(
  input: Readonly<Record<string, WireAttribute>> | undefined,
): MessageAttributes {
  return Object.fromEntries(
    Object.entries(input ?? {}).map(([name, attribute]) => [name, attributeOf(name, attribute)]),
  );
}

function attributeOf(name: string, attribute: WireAttribute): EnvelopeAttribute {
  if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
    throw parameterValueInvalid(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, ` +
        "underscore (_), hyphen (-), and period (.) characters.",
    );
  }
  const { DataType: type } = attribute;
  if (!type) {
    throw parameterValueInvalid(
      `The message attribute '${name}' must contain non-empty message attribute type.`,
    );
  }
  if (!TYPE.test(type)) {
    throw parameterValueInvalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported ` +
        "type prefixes is Binary, Number, and String.",
    );
  }
  const value = type.startsWith("Binary") ? attribute.BinaryValue : attribute.StringValue;
  if (value === undefined || value.length === 0) {
    throw parameterValueInvalid(
      `The message attribute '${name}' must contain non-empty message attribute value for ` +
        `message attribute type '${type}'.`,
    );
  }
  if (type.startsWith("Number") && !Number.isFinite(Number(value))) {
    throw parameterValueInvalid(`Could not cast message attribute '${name}' value to number.`);
  }
  return { type, value };
}

export function attributesSizeBytes(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, { type, value }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(value);
  }
  return size;
}
