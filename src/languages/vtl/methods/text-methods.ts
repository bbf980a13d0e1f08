/** Methods of strings: https://docs.oracle.com/javase/8/docs/api/java/lang/String.html */
import { ListValue, type Value } from "../value.ts";
import { type Call, javaException, type Methods, method, type Overload } from "./method.ts";
import { matches, replaceMatches, splitText } from "./pattern-methods.ts";

export const TEXT_METHODS: Methods<string> = {
  length: method([], (text) => BigInt(text.length)),
  isEmpty: method([], (text) => text === ""),
  charAt: method(["whole"], (text, call) => {
    const index = call.whole(0);
    return text[index] ?? outOfRange(`index ${index}, length ${text.length}`);
  }),
  substring: substrings(),
  subSequence: substrings().slice(1),
  indexOf: searches((text, sought, from) => text.indexOf(sought, from ?? 0)),
  lastIndexOf: searches((text, sought, from) =>
    from !== undefined && from < 0 ? -1 : text.lastIndexOf(sought, from ?? Infinity),
  ),
  contains: method(["text"], (text, call) => text.includes(call.text(0))),
  startsWith: [
    ...method<string>(["text"], (text, call) => text.startsWith(call.text(0))),
    ...method<string>(["text", "whole"], (text, call) => {
      const from = call.whole(1);
      return from >= 0 && from <= text.length && text.startsWith(call.text(0), from);
    }),
  ],
  endsWith: method(["text"], (text, call) => text.endsWith(call.text(0))),
  equals: method(["any"], (text, call) => text === call.value(0)),
  contentEquals: method(["text"], (text, call) => text === call.text(0)),
  equalsIgnoreCase: method(["text"], (text, call) => {
    const other = call.value(0);
    return typeof other === "string" && text.toLowerCase() === other.toLowerCase();
  }),
  compareTo: method(["text"], (text, call) => compared(text, call.text(0))),
  compareToIgnoreCase: method(["text"], (text, call) =>
    compared(text.toLowerCase(), call.text(0).toLowerCase()),
  ),
  concat: method(["text"], (text, call) => made(text + call.text(0), call)),
  replace: method(["text", "text"], (text, call) => {
    const [sought, by] = [call.text(0), call.text(1)];
    const count = text.split(sought).length;
    call.budget.allowText(text.length + count * by.length);
    return text.replaceAll(sought, () => by);
  }),
  replaceAll: replacing("all"),
  replaceFirst: replacing("first"),
  matches: method(["text"], (text, call) => matches(text, call.text(0), call.budget)),
  split: [
    ...method<string>(["text"], (text, call) => parts(text, call, 0)),
    ...method<string>(["text", "whole"], (text, call) => parts(text, call, call.whole(1))),
  ],
  toLowerCase: method([], (text) => text.toLowerCase()),
  toUpperCase: method([], (text) => text.toUpperCase()),
  // Java's `trim` takes every control character for white space, and no space of Unicode.
  trim: method([], (text) => text.replace(/^[\0-\x20]+/, "").replace(/[\0-\x20]+$/, "")),
  intern: method([], (text) => text),
  toCharArray: method([], (text, call) => array(text.split(""), call)),
  getBytes: method([], (text, call) => {
    const bytes = new TextEncoder().encode(text);
    return array(
      [...new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)].map(BigInt),
      call,
    );
  }),
};

function outOfRange(detail: string): never {
  throw javaException("StringIndexOutOfBoundsException", detail);
}

function substrings(): readonly Overload<string>[] {
  const cut = (text: string, begin: number, end: number): string =>
    begin < 0 || begin > end || end > text.length
      ? outOfRange(`begin ${begin}, end ${end}, length ${text.length}`)
      : text.slice(begin, end);
  return [
    ...method<string>(["whole"], (text, call) => cut(text, call.whole(0), text.length)),
    ...method<string>(["whole", "whole"], (text, call) => cut(text, call.whole(0), call.whole(1))),
  ];
}

type Search = (text: string, sought: string, from: number | undefined) => number;

/** For a string or the code of a character. */
function searches(search: Search): readonly Overload<string>[] {
  const sought = (call: Call): string => {
    const value = call.value(0);
    return typeof value === "bigint" ? String.fromCodePoint(Number(value)) : call.text(0);
  };
  const plain = (text: string, call: Call): Value => BigInt(search(text, sought(call), undefined));
  const from = (text: string, call: Call): Value =>
    BigInt(search(text, sought(call), call.whole(1)));
  return [
    { parameters: ["text"], run: plain },
    { parameters: ["whole"], run: plain },
    { parameters: ["text", "whole"], run: from },
    { parameters: ["whole", "whole"], run: from },
  ];
}

/** The difference of the first characters that differ, or of the lengths. */
function compared(left: string, right: string): bigint {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) {
      return BigInt(difference);
    }
  }
  return BigInt(left.length - right.length);
}

function made(text: string, call: Call): string {
  call.budget.allowText(text.length);
  return text;
}

function replacing(which: "all" | "first"): readonly Overload<string>[] {
  return method(["text", "text"], (text, call) =>
    replaceMatches(text, { pattern: call.text(0), by: call.text(1), which }, call.budget),
  );
}

function parts(text: string, call: Call, limit: number): Value {
  return array(splitText(text, call.text(0), limit, call.budget), call);
}

function array(items: Value[], call: Call): ListValue {
  call.budget.spend(items.length);
  return new ListValue(items, "array");
}

/** Java's `hashCode` of a string. */
export function textHash(text: string): bigint {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return BigInt(hash);
}
