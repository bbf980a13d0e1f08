/**
 * Values as XML: the bodies of S3 and of the query protocol.
 * Source: https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
 */
import type { Member, ServiceModel, StructureShape, XmlNamespace } from "./model.ts";
import { writeScalarText } from "./scalar-text.ts";

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** One element of `tag`, or as many as a flattened list has elements. */
export function writeElement(
  model: ServiceModel,
  member: Member,
  tag: string,
  value: unknown,
): string {
  const shape = model.shapes[member.shape];
  if (shape === undefined) {
    return element(tag, escapeText(writeScalarText(member.shape, value, "dateTime")));
  }
  switch (shape.type) {
    case "list":
      return writeList(model, { member, tag, item: shape.member }, value as readonly unknown[]);
    case "map":
      return writeMap(model, { member, tag, key: shape.key, item: shape.value }, value as object);
    default: {
      const attributes = attributesOf(shape, member.xmlNamespace, value as Plain);
      return `<${tag}${attributes}>${writeMembers(model, shape, value as Plain)}</${tag}>`;
    }
  }
}

/** The elements of a structure's members, without one around them. */
export function writeMembers(model: ServiceModel, shape: StructureShape, value: Plain): string {
  let xml = "";
  for (const [name, member] of Object.entries(shape.members)) {
    const item = value[name];
    if (item !== undefined && item !== null && !member.xmlAttribute && !isElsewhere(member)) {
      xml += writeElement(model, member, member.xmlName ?? name, item);
    }
  }
  return xml;
}

export function element(tag: string, content: string): string {
  return `<${tag}>${content}</${tag}>`;
}

export interface Plain {
  readonly [name: string]: unknown;
}

interface ListPlace {
  readonly member: Member;
  readonly tag: string;
  readonly item: Member;
}

function writeList(model: ServiceModel, place: ListPlace, list: readonly unknown[]): string {
  const { member, tag, item } = place;
  const itemTag = member.flattened ? tag : (item.xmlName ?? "member");
  let xml = "";
  for (const value of list) {
    xml += writeElement(model, item, itemTag, value);
  }
  return member.flattened ? xml : element(tag, xml);
}

interface MapPlace extends ListPlace {
  readonly key: Member;
}

function writeMap(model: ServiceModel, place: MapPlace, map: object): string {
  const { member, tag, key, item } = place;
  const entryTag = member.flattened ? tag : "entry";
  let xml = "";
  for (const [name, value] of Object.entries(map)) {
    if (value !== undefined && value !== null) {
      const keyXml = element(key.xmlName ?? "key", escapeText(name));
      xml += element(entryTag, keyXml + writeElement(model, item, item.xmlName ?? "value", value));
    }
  }
  return member.flattened ? xml : element(tag, xml);
}

/** Members with a place in the head of the response. */
function isElsewhere(member: Member): boolean {
  return (
    member.header !== undefined || member.prefixHeaders !== undefined || member.statusCode === true
  );
}

function attributesOf(
  shape: StructureShape,
  namespace: XmlNamespace | undefined,
  value: Plain,
): string {
  let xml = namespaceAttribute(namespace ?? shape.xmlNamespace);
  for (const [name, member] of Object.entries(shape.members)) {
    const item = value[name];
    if (member.xmlAttribute && item !== undefined) {
      xml += ` ${member.xmlName ?? name}="${escapeText(String(item))}"`;
    }
  }
  return xml;
}

export function namespaceAttribute(namespace: XmlNamespace | undefined): string {
  if (namespace === undefined) {
    return "";
  }
  return typeof namespace === "string"
    ? ` xmlns="${namespace}"`
    : ` xmlns:${namespace[0]}="${namespace[1]}"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

/** Markup, and what XML cannot hold at all: that becomes U+FFFD. */
const SPECIAL = /[&<>"]|[^\t\n -\ufffd]/;
const EVERY_SPECIAL = new RegExp(SPECIAL, "g");

export function escapeText(text: string): string {
  return SPECIAL.test(text)
    ? text.replace(EVERY_SPECIAL, (character) => ENTITIES[character] ?? "\ufffd")
    : text;
}
