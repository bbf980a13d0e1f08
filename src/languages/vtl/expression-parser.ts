/**
 * References and expressions.
 *
 *     reference  := $ [!] name step* | $ [!] { name step* }
 *     step       := [ index ] | . name | . name ( [operand (, operand)*] )
 *     or         := and (|| and)*             also: or
 *     and        := equality (&& equality)*   also: and
 *     equality   := relation ((== | !=) relation)*
 *     relation   := sum ((< | > | <= | >=) sum)*
 *     sum        := product ((+ | -) product)*
 *     product    := unary ((* | / | %) unary)*
 *     unary      := (! | not) unary | operand | ( or )
 *     operand    := string | number | true | false | reference | [ range or list ] | { map }
 *
 * As in Velocity 1.7 arithmetic stands in `#set` and `#if` alone, a sign belongs to the number after it (`3 -2` is two
 * numbers), and names hold hyphens (`$n-1` is one name).
 * Source: https://velocity.apache.org/engine/1.7/vtl-reference.html
 */
import type { Scanner } from "./scanner.ts";
import type { BinaryOperator, Block, Expression, Reference, ReferenceStep } from "./syntax.ts";

const REFERENCE_START = /\$(!?)(\{?)([A-Za-z_][\w-]*)/y;
const STEP_NAME = /\.([A-Za-z][\w-]*)/y;
/** What makes the parenthesis after a name that of a method: its end, or the start of an operand. */
const METHOD_START = /\((?=[ \t\r\n]*(?:["'[{)]|-?\.?\d|\$!?\{?[A-Za-z_]|(?:true|false)\b))/y;
const STRING = /"((?:[^"]|"")*)"|'((?:[^']|'')*)'/y;
const FLOAT = /-?(?:\d+\.(?!\.)\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/y;
const INTEGER = /-?\d+/y;
const BOOLEAN = /(true|false)\b/y;
const SIGNED = /-\.?\d/y;

const EQUALITY: readonly Sign[] = [
  { sign: "==", word: /eq\b/y, operator: "==" },
  { sign: "!=", word: /ne\b/y, operator: "!=" },
];
const RELATION: readonly Sign[] = [
  { sign: "<=", word: /le\b/y, operator: "<=" },
  { sign: ">=", word: /ge\b/y, operator: ">=" },
  { sign: "<", word: /lt\b/y, operator: "<" },
  { sign: ">", word: /gt\b/y, operator: ">" },
];
const SUM: readonly Sign[] = [
  { sign: "+", operator: "+" },
  { sign: "-", operator: "-" },
];
const PRODUCT: readonly Sign[] = [
  { sign: "*", operator: "*" },
  { sign: "/", operator: "/" },
  { sign: "%", operator: "%" },
];

const LOGICAL = { or: ["||", /or\b/y], and: ["&&", /and\b/y] } as const;
const NOT = /not\b/y;

interface Sign {
  readonly sign: string;
  readonly word?: RegExp;
  readonly operator: BinaryOperator;
}

/** Parses what stands between double quotes, from `at` in the text of `within`. */
export type ParseInner = (text: string, within: Scanner, at: number) => Block;

export class ExpressionParser {
  readonly #scanner: Scanner;
  readonly #parseInner: ParseInner;

  constructor(scanner: Scanner, parseInner: ParseInner) {
    this.#scanner = scanner;
    this.#parseInner = parseInner;
  }

  /** `undefined` where no reference starts here: a `$` of the text. */
  reference(backslashes = 0): Reference | undefined {
    const scanner = this.#scanner;
    const start = scanner.at;
    const [whole, quiet, brace, name] = scanner.match(REFERENCE_START) ?? [];
    if (whole === undefined || name === undefined) {
      return undefined;
    }
    return scanner.nested(() => {
      const steps = this.#steps();
      if (brace === "{" && !scanner.take("}")) {
        throw scanner.unexpected('"}"');
      }
      return {
        kind: "reference",
        name,
        steps,
        isQuiet: quiet === "!",
        backslashes,
        text: scanner.text.slice(start, scanner.at),
        place: scanner.place(start),
      };
    });
  }

  expectReference(): Reference {
    const reference = this.reference();
    if (reference === undefined) {
      throw this.#scanner.unexpected("a reference");
    }
    return reference;
  }

  #steps(): readonly ReferenceStep[] {
    const scanner = this.#scanner;
    const steps: ReferenceStep[] = [];
    for (;;) {
      if (scanner.take("[")) {
        const index = this.operand();
        scanner.expectToken("]");
        steps.push({ kind: "index", index });
        continue;
      }
      const name = scanner.match(STEP_NAME)?.[1];
      if (name === undefined) {
        return steps;
      }
      steps.push(
        scanner.match(METHOD_START) === undefined
          ? { kind: "property", name }
          : { kind: "method", name, arguments: this.#list(")") },
      );
    }
  }

  /** Operands up to `close`, which is then behind the reader. */
  #list(close: string): readonly Expression[] {
    return this.#scanner.takeToken(close) ? [] : this.#rest([this.operand()], close);
  }

  #rest(items: Expression[], close: string): readonly Expression[] {
    while (this.#scanner.takeToken(",")) {
      items.push(this.operand());
    }
    this.#scanner.expectToken(close);
    return items;
  }

  expression(): Expression {
    return this.#scanner.nested(() => this.#logical("or"));
  }

  #logical(kind: "or" | "and"): Expression {
    const part = (): Expression => (kind === "or" ? this.#logical("and") : this.#equality());
    let left = part();
    const [sign, word] = LOGICAL[kind];
    while (this.#takeOperator(sign, word)) {
      left = { kind, left, right: part() };
    }
    return left;
  }

  #takeOperator(sign: string, word: RegExp | undefined): boolean {
    const scanner = this.#scanner;
    return scanner.takeToken(sign) || (word !== undefined && scanner.match(word) !== undefined);
  }

  #equality(): Expression {
    return this.#chain(EQUALITY, () =>
      this.#chain(RELATION, () =>
        this.#chain(SUM, () => this.#chain(PRODUCT, () => this.#unary())),
      ),
    );
  }

  /** Operators of one rank, from left to right. */
  #chain(signs: readonly Sign[], part: () => Expression): Expression {
    const scanner = this.#scanner;
    let left = part();
    for (;;) {
      scanner.skipSpace();
      if (scanner.lookingAt(SIGNED) !== undefined) {
        throw scanner.unexpected("an operator: a sign belongs to the number after it");
      }
      const found = signs.find(({ sign, word }) => this.#takeOperator(sign, word));
      if (found === undefined) {
        return left;
      }
      left = { kind: "binary", operator: found.operator, left, right: part() };
    }
  }

  #unary(): Expression {
    const scanner = this.#scanner;
    return scanner.nested(() => {
      if (this.#takeOperator("!", NOT)) {
        return { kind: "not", operand: this.#unary() };
      }
      if (scanner.takeToken("(")) {
        const inner = this.expression();
        scanner.expectToken(")");
        return inner;
      }
      return this.operand();
    });
  }

  /** What may stand among arguments, in lists and in maps. */
  operand(): Expression {
    const scanner = this.#scanner;
    scanner.skipSpace();
    switch (scanner.peek()) {
      case "$":
        return this.expectReference();
      case '"':
      case "'":
        return this.#string();
      case "[":
        return scanner.nested(() => this.#bracket());
      case "{":
        return scanner.nested(() => this.#map());
      default:
        return this.#scalar();
    }
  }

  #scalar(): Expression {
    const scanner = this.#scanner;
    const float = scanner.match(FLOAT)?.[0];
    if (float !== undefined) {
      return { kind: "literal", value: Number(float) };
    }
    const integer = scanner.match(INTEGER)?.[0];
    if (integer !== undefined) {
      return { kind: "literal", value: BigInt(integer) };
    }
    const boolean = scanner.match(BOOLEAN)?.[0];
    if (boolean === undefined) {
      throw scanner.unexpected("an expression");
    }
    return { kind: "literal", value: boolean === "true" };
  }

  /** Quotes are doubled to stand for themselves; a backslash is one, but for `\uXXXX` between double quotes. */
  #string(): Expression {
    const scanner = this.#scanner;
    const start = scanner.at;
    const found = scanner.match(STRING);
    if (found === undefined) {
      throw scanner.problem("A string is not closed", start);
    }
    const [, double, single] = found;
    if (double === undefined) {
      return { kind: "literal", value: (single ?? "").replaceAll("''", "'") };
    }
    const text = double
      .replaceAll('""', '"')
      .replace(/\\u([0-9a-fA-F]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
    return /[$#]/.test(text)
      ? {
          kind: "interpolation",
          body: scanner.nested(() => this.#parseInner(text, scanner, start + 1)),
        }
      : { kind: "literal", value: text };
  }

  #bracket(): Expression {
    const scanner = this.#scanner;
    scanner.take("[");
    if (scanner.takeToken("]")) {
      return { kind: "list", items: [] };
    }
    const from = this.operand();
    const isPlace = from.kind === "reference" || typeof literal(from) === "bigint";
    if (!isPlace || !scanner.takeToken("..")) {
      return { kind: "list", items: this.#rest([from], "]") };
    }
    const to = this.operand();
    scanner.expectToken("]");
    return { kind: "range", from, to };
  }

  #map(): Expression {
    const scanner = this.#scanner;
    scanner.take("{");
    const entries: (readonly [Expression, Expression])[] = [];
    if (scanner.takeToken("}")) {
      return { kind: "map", entries };
    }
    do {
      const key = this.operand();
      scanner.expectToken(":");
      entries.push([key, this.operand()]);
    } while (scanner.takeToken(","));
    scanner.expectToken("}");
    return { kind: "map", entries };
  }
}

function literal(expression: Expression): unknown {
  return expression.kind === "literal" ? expression.value : undefined;
}
