/** Intrinsic functions over texts and JSON. Source: the page named in `intrinsics.ts`. */
import { createHash } from "node:crypto";
import {
  type Arguments,
  expectCount,
  IntrinsicProblem,
  objectAt,
  textAt,
  wrongType,
} from "./intrinsic-arguments.ts";
import { isObject, type Json, type Scope } from "./scope.ts";

/** Characters that the functions of encoding and hashing accept. */
const TEXT_CHARACTERS_MAX = 10_000;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const ESCAPE_OR_BRACES = /\\([\s\S])|\{\}/g;

export const HASH_ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

export const textFunctions: Readonly<Record<string, (given: Arguments, scope: Scope) => Json>> = {
  Format: format,
  StringToJson: (given) => {
    expectCount(given, 1);
    const text = textAt(given, 0);
    try {
      return JSON.parse(text);
    } catch {
      throw new IntrinsicProblem("The argument is not valid JSON");
    }
  },
  JsonToString: (given) => {
    expectCount(given, 1);
    return JSON.stringify(given.values[0]);
  },
  JsonMerge: (given) => {
    expectCount(given, 3);
    if (given.values[2] !== false) {
      throw new IntrinsicProblem("Deep merging is not supported: the third argument must be false");
    }
    const members = [...Object.entries(objectAt(given, 0)), ...Object.entries(objectAt(given, 1))];
    return Object.fromEntries(members);
  },
  StringSplit: (given) => {
    expectCount(given, 2);
    return splitAtAny(textAt(given, 0), textAt(given, 1));
  },
  Base64Encode: (given) => {
    expectCount(given, 1);
    return Buffer.from(shortTextAt(given, 0), "utf8").toString("base64");
  },
  Base64Decode: (given) => {
    expectCount(given, 1);
    const text = shortTextAt(given, 0);
    if (!BASE64.test(text)) {
      throw new IntrinsicProblem("The argument is not valid Base64");
    }
    return Buffer.from(text, "base64").toString("utf8");
  },
  Hash: (given) => {
    expectCount(given, 2);
    const [data = null] = given.values;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    const algorithm = HASH_ALGORITHMS[textAt(given, 1)];
    if (algorithm === undefined) {
      const names = Object.keys(HASH_ALGORITHMS).join(", ");
      throw new IntrinsicProblem(`The hashing algorithm must be one of ${names}`);
    }
    return createHash(algorithm).update(bounded(text), "utf8").digest("hex");
  },
  UUID: (given, { chance }) => {
    expectCount(given, 0);
    return chance.uuid();
  },
};

/** As many further arguments as the template has `{}`; texts go in as they are, anything else as JSON. */
function format(given: Arguments): Json {
  const { values } = given;
  if (values.length === 0) {
    throw new IntrinsicProblem("Invalid number of arguments: expected at least 1, got 0");
  }
  const template = given.template ?? textAt(given, 0);
  let used = 0;
  const text = template.replace(ESCAPE_OR_BRACES, (_, escaped: string | undefined) => {
    if (escaped !== undefined) {
      return escaped;
    }
    used += 1;
    return inserted(values[used], used);
  });
  if (used !== values.length - 1) {
    throw new IntrinsicProblem(
      `Number of arguments do not match the occurrences of {}: ${values.length - 1} and ${used}`,
    );
  }
  return text;
}

function inserted(value: Json | undefined, index: number): string {
  if (isObject(value) || Array.isArray(value)) {
    throw wrongType(index, "a string, number, boolean or null");
  }
  return typeof value === "string" ? value : String(value);
}

/** Each character of `delimiters` separates; what is empty between two of them is left out. */
function splitAtAny(text: string, delimiters: string): Json {
  const separators = new Set(delimiters);
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (!separators.has(character)) {
      part += character;
    } else if (part !== "") {
      parts.push(part);
      part = "";
    }
  }
  return part === "" ? parts : [...parts, part];
}

function shortTextAt(given: Arguments, index: number): string {
  return bounded(textAt(given, index));
}

function bounded(text: string): string {
  if (text.length > TEXT_CHARACTERS_MAX) {
    throw new IntrinsicProblem(`The text can have up to ${TEXT_CHARACTERS_MAX} characters`);
  }
  return text;
}
