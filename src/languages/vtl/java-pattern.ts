/**
 * Java's regular expressions, which `replaceAll`, `replaceFirst`, `split` and `matches` take, as JavaScript's with the flag
 * `v`: characters are code points in both, and classes nest and intersect in both.
 *
 * What JavaScript has nothing for (possessive quantifiers, atomic groups, flags inside of an expression, `\G`, `\R`, `\X`)
 * is refused by name.
 * Source: https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html
 */
import { cached } from "../json-path/bounded-cache.ts";
import { SafePattern } from "../json-path/safe-pattern.ts";
import { TemplateError } from "./template-error.ts";

const PATTERN_CHARACTERS_MAX = 4096;
const NESTING_MAX = 50;

const LINE_END = "\\n\\r\\u0085\\u2028\\u2029";
/** What a boundary of words lies between: letters and digits of Unicode, where `\w` is ASCII alone. */
const WORD = "[\\p{L}\\p{Nd}_]";
const FLAGS = /^\(\?([a-zA-Z]+)\)/;
const UNSUPPORTED_GROUP = /\(\?(?:>|[a-zA-Z-]+[:)])/y;
const GROUP = /\((?:\?(?:[:=!]|<[=!]|<[A-Za-z][A-Za-z0-9]*>))?/y;
const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})([?+]?)/y;
const QUOTED = /\\Q([\s\S]*?)(?:\\E|$)/y;

/** Escapes of characters by their code. */
const CODE = /\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|0([0-3]?[0-7]{1,2}))/y;
const PROPERTY = /\\([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/y;

const CONTROLS: Readonly<Record<string, number>> = {
  t: 0x09,
  n: 0x0a,
  r: 0x0d,
  f: 0x0c,
  a: 0x07,
  e: 0x1b,
};

/** Java's classes are those of ASCII. */
const CLASSES: Readonly<Record<string, string>> = {
  d: "[0-9]",
  D: "[^0-9]",
  w: "[A-Za-z0-9_]",
  W: "[^A-Za-z0-9_]",
  s: "[ \\t\\n\\v\\f\\r]",
  S: "[^ \\t\\n\\v\\f\\r]",
  h: "[ \\t\\u00a0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]",
  v: `[\\v\\f${LINE_END}]`,
};

const POSIX: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: "\\u0000-\\u007f",
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: "\\u0021-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007e",
  Graph: "\\u0021-\\u007e",
  Print: "\\u0020-\\u007e",
  Blank: " \\t",
  Cntrl: "\\u0000-\\u001f\\u007f",
  XDigit: "0-9a-fA-F",
  Space: " \\t\\n\\v\\f\\r",
};

/**
 * Found anywhere in a text, one match after the other.
 * @throws TemplateError for what is no regular expression, or none that can be run here.
 */
export const compileJavaPattern: (pattern: string) => SafePattern = cached((pattern) =>
  compiled(pattern, (translated) => translated),
);

/** Of a whole text. */
export const compileWholePattern: (pattern: string) => SafePattern = cached((pattern) =>
  compiled(pattern, (translated) => `^(?:${translated})$`),
);

function compiled(pattern: string, enclose: (translated: string) => string): SafePattern {
  if (pattern.length > PATTERN_CHARACTERS_MAX) {
    throw new TemplateError("A regular expression is too long");
  }
  const [whole = "", flags = ""] = FLAGS.exec(pattern) ?? [];
  const unknown = [...flags].find((flag) => !"ism".includes(flag));
  if (unknown !== undefined) {
    throw unsupported(`the flag "${unknown}"`, pattern);
  }
  const translated = new Translator(pattern, flags, whole.length).whole();
  try {
    return new SafePattern(enclose(translated), `gv${flags.includes("i") ? "i" : ""}`);
  } catch {
    throw new TemplateError(`The regular expression ${JSON.stringify(pattern)} is not valid`);
  }
}

function unsupported(what: string, pattern: string): TemplateError {
  return new TemplateError(
    `${what} of the regular expression ${JSON.stringify(pattern)} is not supported`,
  );
}

class Translator {
  readonly #pattern: string;
  readonly #dotAll: boolean;
  readonly #multiline: boolean;
  #at: number;
  #depth = 0;

  constructor(pattern: string, flags: string, start: number) {
    this.#pattern = pattern;
    this.#dotAll = flags.includes("s");
    this.#multiline = flags.includes("m");
    this.#at = start;
  }

  whole(): string {
    let translated = "";
    while (this.#at < this.#pattern.length) {
      translated += this.#next();
    }
    return translated;
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  #character(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #next(): string {
    const group = this.#match(UNSUPPORTED_GROUP);
    if (group !== undefined) {
      throw unsupported(`"${group[0]}"`, this.#pattern);
    }
    const quantifier = this.#match(QUANTIFIER);
    if (quantifier !== undefined) {
      if (quantifier[1] === "+") {
        throw unsupported(`the possessive "${quantifier[0]}"`, this.#pattern);
      }
      return quantifier[0];
    }
    const opened = this.#match(GROUP)?.[0];
    if (opened !== undefined) {
      return opened;
    }
    switch (this.#pattern[this.#at]) {
      case "\\":
        return this.#escape("outside");
      case "[":
        return this.#class();
      default:
        return this.#plain(this.#character());
    }
  }

  #plain(character: string): string {
    switch (character) {
      case ".":
        return this.#dotAll ? "[^]" : `[^${LINE_END}]`;
      case "^":
        return this.#multiline ? `(?<=^|[${LINE_END}])` : "^";
      case "$":
        return this.#multiline ? `(?=$|[${LINE_END}])` : `(?=(?:\\r\\n|[${LINE_END}])?$)`;
      case "|":
      case ")":
        return character;
      case "{":
        throw new TemplateError(`Illegal repetition in ${JSON.stringify(this.#pattern)}`);
      default:
        return codeOf(character);
    }
  }

  #escape(where: "outside" | "class"): string {
    const quoted = this.#match(QUOTED);
    if (quoted !== undefined) {
      return [...(quoted[1] ?? "")].map(codeOf).join("");
    }
    const code = this.#match(CODE);
    if (code !== undefined) {
      const hexadecimal = code[1] ?? code[2] ?? code[3];
      return hexadecimal === undefined
        ? codePoint(Number.parseInt(code[4] ?? "0", 8))
        : codePoint(Number.parseInt(hexadecimal, 16));
    }
    const property = this.#match(PROPERTY);
    if (property !== undefined) {
      return this.#property(property);
    }
    this.#at += 1;
    if (this.#at >= this.#pattern.length) {
      throw new TemplateError("A regular expression ends with a backslash");
    }
    return this.#letter(this.#character(), where);
  }

  #letter(letter: string, where: "outside" | "class"): string {
    const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined;
    if (control !== undefined) {
      return codePoint(control);
    }
    if (Object.hasOwn(CLASSES, letter)) {
      return CLASSES[letter] ?? "";
    }
    if (!/[A-Za-z0-9]/.test(letter)) {
      return codeOf(letter);
    }
    const outside = where === "outside" ? this.#outside(letter) : undefined;
    if (outside === undefined) {
      throw unsupported(`"\\${letter}"`, this.#pattern);
    }
    return outside;
  }

  #outside(letter: string): string | undefined {
    switch (letter) {
      case "A":
        return "^";
      case "z":
        return "$";
      case "Z":
        return `(?=(?:\\r\\n|[${LINE_END}])?$)`;
      case "b":
        return `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
      case "B":
        return `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;
      case "k":
        return `\\k${this.#match(/<[A-Za-z][A-Za-z0-9]*>/y)?.[0] ?? ""}`;
      default:
        return /[1-9]/.test(letter) ? `\\${letter}(?:)` : undefined;
    }
  }

  /** `\p{Alpha}`, `\p{L}`, `\p{IsLatin}`, `\pL`. */
  #property([, letter, negated, long, short]: RegExpExecArray): string {
    const name = long ?? short ?? "";
    const isNegated = (letter === "P") !== (negated === "^");
    const posix = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
    if (posix !== undefined) {
      return `[${isNegated ? "^" : ""}${posix}]`;
    }
    const general = name.replace(/^Is/, "");
    const known = [general, `Script=${general}`].find(isUnicodeProperty);
    if (known === undefined) {
      throw unsupported(`"\\${letter}{${name}}"`, this.#pattern);
    }
    return `\\${isNegated ? "P" : "p"}{${known}}`;
  }

  /** Unions, ranges, intersections and classes in classes. */
  #class(): string {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) {
      throw new TemplateError("A regular expression is nested too deeply");
    }
    this.#at += 1;
    const start = this.#match(/\^/y) === undefined ? "[" : "[^";
    const operands = [""];
    for (let isFirst = true; ; isFirst = false) {
      const next = this.#pattern[this.#at];
      if (next === undefined) {
        throw new TemplateError(`A class of ${JSON.stringify(this.#pattern)} is not closed`);
      }
      if (next === "]" && !isFirst) {
        break;
      }
      if (this.#match(/&&/y) !== undefined) {
        operands.push("");
      } else {
        operands[operands.length - 1] += this.#classMember(next);
      }
    }
    this.#at += 1;
    this.#depth -= 1;
    return operands.length === 1
      ? `${start}${operands[0]}]`
      : `${start}${operands.map((operand) => `[${operand}]`).join("&&")}]`;
  }

  #classMember(next: string): string {
    if (next === "[") {
      return this.#class();
    }
    const from = this.#classCharacter(next);
    const isRange = /^\\[ux]/.test(from) && this.#match(/-(?![\][]|&&)/y) !== undefined;
    return isRange ? `${from}-${this.#classCharacter(this.#pattern[this.#at] ?? "")}` : from;
  }

  #classCharacter(next: string): string {
    return next === "\\" ? this.#escape("class") : codeOf(this.#character());
  }
}

function codeOf(character: string): string {
  return codePoint(character.codePointAt(0) ?? 0);
}

function codePoint(code: number): string {
  if (code > 0x10ffff) {
    throw new TemplateError("A regular expression names a character that does not exist");
  }
  const digits = code.toString(16);
  if (code > 0xffff) {
    return `\\u{${digits}}`;
  }
  return code > 0xff ? `\\u${digits.padStart(4, "0")}` : `\\x${digits.padStart(2, "0")}`;
}

function isUnicodeProperty(name: string): boolean {
  try {
    return /^[A-Za-z_=]+$/.test(name) && new RegExp(`\\p{${name}}`, "v") !== undefined;
  } catch {
    return false;
  }
}
