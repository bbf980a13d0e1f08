/**
 * XML bodies of requests (S3): a tree from the parser, then values in place of shapes.
 *
 * Entities are decoded here, in one pass and without document types, so that none can expand.
 * Source: https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
 */
import { createRequire } from "node:module";
import type { XMLParser } from "fast-xml-parser";
import { Unreadable } from "./malformed.ts";
import type { Member, ServiceModel, StructureShape } from "./model.ts";
import { readScalarText } from "./scalar-text.ts";
import { setOwn } from "./set-own.ts";

/** Text, an element with children or attributes, or several elements of one name. */
type Xml = string | XmlElement | readonly (string | XmlElement)[];
interface XmlElement {
  readonly [name: string]: Xml;
}

interface Library {
  readonly parser: XMLParser;
  readonly validate: (text: string) => unknown;
}

const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTE = "@";
const NESTING_MAX = 50;

/** Loaded with the first body. */
let library: Library | undefined;

/** The value of `shapeName` that the root element of `body` holds; its name is not looked at. */
export function readXml(model: ServiceModel, shapeName: string, body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  return readElement(model, { shape: shapeName }, rootOf(text));
}

function rootOf(text: string): Xml {
  const { parser, validate } = loadLibrary();
  if (text.includes("<!DOCTYPE") || validate(text) !== true) {
    throw new Unreadable("The XML is not well-formed.");
  }
  let document: Readonly<Record<string, Xml>>;
  try {
    document = parser.parse(text);
  } catch {
    throw new Unreadable("The XML is not well-formed.");
  }
  const roots = Object.entries(document).filter(([name]) => name !== TEXT && name[0] !== "?");
  const [root] = roots;
  if (root === undefined || roots.length > 1 || Array.isArray(root[1])) {
    throw new Unreadable("The XML has no root element.");
  }
  return root[1];
}

function loadLibrary(): Library {
  if (library === undefined) {
    const { XMLParser, XMLValidator } = createRequire(import.meta.url)(
      "fast-xml-parser",
    ) as typeof import("fast-xml-parser");
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: ATTRIBUTE,
      textNodeName: TEXT,
      cdataPropName: CDATA,
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      processEntities: false,
      maxNestedTags: NESTING_MAX,
    });
    library = { parser, validate: (text) => XMLValidator.validate(text) };
  }
  return library;
}

function readElement(model: ServiceModel, member: Member, xml: Xml): unknown {
  const shape = model.shapes[member.shape];
  if (shape === undefined) {
    return readScalarText(member.shape, textOf(one(xml)));
  }
  switch (shape.type) {
    case "list":
      return readList(model, { member, element: shape.member }, xml);
    case "map":
      return readMap(model, { member, key: shape.key, value: shape.value }, xml);
    default:
      return readStructure(model, shape, one(xml));
  }
}

function readStructure(model: ServiceModel, shape: StructureShape, xml: string | XmlElement) {
  const structure: Record<string, unknown> = {};
  if (typeof xml === "string") {
    assertBlank(xml);
    return structure;
  }
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = member.xmlName ?? name;
    const key = member.xmlAttribute === true ? ATTRIBUTE + wireName : wireName;
    const child = Object.hasOwn(xml, key) ? xml[key] : undefined;
    if (child !== undefined) {
      structure[name] = readElement(model, member, child);
    }
  }
  return structure;
}

interface ListPlace {
  readonly member: Member;
  readonly element: Member;
}

function readList(model: ServiceModel, place: ListPlace, xml: Xml): unknown[] {
  const items = place.member.flattened
    ? many(xml)
    : childrenOf(one(xml), place.element.xmlName ?? "member");
  return items.map((item) => readElement(model, place.element, item));
}

interface MapPlace {
  readonly member: Member;
  readonly key: Member;
  readonly value: Member;
}

function readMap(model: ServiceModel, place: MapPlace, xml: Xml): unknown {
  const map = {};
  const entries = place.member.flattened ? many(xml) : childrenOf(one(xml), "entry");
  for (const entry of entries) {
    const [key] = childrenOf(entry, place.key.xmlName ?? "key");
    const [value] = childrenOf(entry, place.value.xmlName ?? "value");
    if (key === undefined || value === undefined) {
      throw new Unreadable("An entry lacks its key or its value.");
    }
    setOwn(map, textOf(key), readElement(model, place.value, value));
  }
  return map;
}

function childrenOf(xml: string | XmlElement, name: string): readonly (string | XmlElement)[] {
  if (typeof xml === "string") {
    assertBlank(xml);
    return [];
  }
  const children = Object.hasOwn(xml, name) ? xml[name] : undefined;
  return children === undefined ? [] : many(children);
}

function many(xml: Xml): readonly (string | XmlElement)[] {
  return Array.isArray(xml) ? xml : [xml as string | XmlElement];
}

/** A member that may be there once. */
function one(xml: Xml): string | XmlElement {
  const [first, second] = many(xml);
  if (first === undefined || second !== undefined) {
    throw new Unreadable("An element is there more than once.");
  }
  return first;
}

function assertBlank(text: string): void {
  if (text.trim() !== "") {
    throw new Unreadable("There is text where elements belong.");
  }
}

function textOf(xml: string | XmlElement): string {
  if (typeof xml === "string") {
    return decodeEntities(xml);
  }
  let text = "";
  for (const [name, part] of Object.entries(xml)) {
    if (name === TEXT && typeof part === "string") {
      text += decodeEntities(part);
    } else if (name === CDATA) {
      text += many(part).join("");
    } else if (!name.startsWith(ATTRIBUTE)) {
      throw new Unreadable("There are elements where text belongs.");
    }
  }
  return text;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function decodeEntities(text: string): string {
  if (!text.includes("&")) {
    return text;
  }
  return text.replace(/&([^;&]*);?/g, (_, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const point =
      code === null ? Number.NaN : Number.parseInt(code[1] ?? code[2] ?? "", code[1] ? 16 : 10);
    if (point <= 0x10ffff) {
      return String.fromCodePoint(point);
    }
    const character = Object.hasOwn(NAMED_ENTITIES, name) ? NAMED_ENTITIES[name] : undefined;
    if (character === undefined) {
      throw new Unreadable("The XML has an unknown entity.");
    }
    return character;
  });
}
