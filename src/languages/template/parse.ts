/**
 * Template text to values: JSON, or YAML with CloudFormation's short forms (`!Ref`, `!Sub`, ...).
 *
 * YAML is read with the 1.2 core schema, so that `2012-10-17` and `12:30` stay texts as they do on
 * AWS, and with the words `yes`, `no`, `on` and `off` of YAML 1.1, which AWS reads as truth values.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 */
import {
  type Document,
  isScalar,
  LineCounter,
  type Node,
  Pair,
  parseDocument,
  Scalar,
  type ScalarTag,
  visit,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { withDeepLines } from "./deep-lines.ts";
import { isObject, TemplateError, type Value, type ValueObject } from "./value.ts";

/** Expanded aliases a document may have: enough for people, too few for a billion laughs. */
const ALIAS_COUNT_MAX = 1000;

/** The keys that short forms stand for. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ["!Ref", "Ref"],
  ["!Condition", "Condition"],
  ...[
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
  ].map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

const OLD_BOOLEANS: ScalarTag = {
  tag: "tag:yaml.org,2002:bool",
  identify: () => false,
  default: true,
  test: /^(?:[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$/,
  resolve: (text) => /^(?:yes|on)$/i.test(text),
};

export function parseTemplate(text: string): ValueObject {
  const template = /^\s*\{/.test(text) ? parseJson(text) : parseYaml(text, "YAML");
  if (!isObject(template)) {
    throw new TemplateError("Template format error: unsupported structure.");
  }
  return template;
}

/** YAML's flow form is read too: a superset of JSON that some tools write. */
function parseJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return parseYaml(text, "JSON");
  }
}

function parseYaml(text: string, format: "YAML" | "JSON"): Value {
  const lines = new LineCounter();
  const document = wellFormed(text, lines);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new TemplateError(
      `Template format error: ${format} not well-formed. (line ${line}, column ${col})`,
    );
  }
  writeOutShortForms(document);
  return document.toJS({ maxAliasCount: ALIAS_COUNT_MAX }) as Value;
}

/** The document, read as leniently as AWS reads it; with errors when that does not help. */
function wellFormed(text: string, lines: LineCounter): Document.Parsed {
  const document = read(text, lines);
  const deep = document.errors.length === 0 ? undefined : withDeepLines(text);
  const again = deep === undefined ? undefined : read(deep);
  return again === undefined || again.errors.length > 0 ? document : again;
}

/**
 * Of a key that is there twice the last one counts, as on AWS.
 * Source: https://github.com/aws-cloudformation/cfn-language-discussion/issues/96
 */
function read(text: string, lineCounter = new LineCounter()): Document.Parsed {
  return parseDocument(text, {
    customTags: (tags) => [OLD_BOOLEANS, ...tags],
    lineCounter,
    logLevel: "silent",
    prettyErrors: false,
    merge: true,
    uniqueKeys: false,
  });
}

function writeOutShortForms(document: Document.Parsed): void {
  visit(document, {
    Node(_, node) {
      const { tag } = node as Node & { tag?: string };
      if (tag === undefined || !tag.startsWith("!") || tag === "!") {
        return undefined;
      }
      const name = SHORT_FORMS.get(tag);
      if (name === undefined) {
        throw new TemplateError(
          `Template contains errors.: could not determine a constructor for the tag ${tag}`,
        );
      }
      return writtenOut(name, node as Scalar | YAMLMap | YAMLSeq);
    },
  });
}

function writtenOut(name: string, node: Scalar | YAMLMap | YAMLSeq): YAMLMap {
  const written = new YAMLMap();
  if (node.anchor !== undefined) {
    written.anchor = node.anchor;
    delete node.anchor;
  }
  delete node.tag;
  const argument =
    name === "Fn::GetAtt" && isScalar(node) ? attributePath(String(node.value)) : node;
  written.items.push(new Pair(new Scalar(name), argument));
  return written;
}

/** `Queue.Arn` as the list it stands for; what follows the first dot is one attribute. */
function attributePath(path: string): YAMLSeq {
  const dot = path.indexOf(".");
  const parts = dot === -1 ? [path] : [path.slice(0, dot), path.slice(dot + 1)];
  const list = new YAMLSeq();
  list.items.push(...parts.map((part) => new Scalar(part)));
  return list;
}
