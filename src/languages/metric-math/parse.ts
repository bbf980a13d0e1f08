/**
 * Reads metric math: `IF(m1 > 5, RATE(m2) * 100, FILL(m3, 0))`.
 *
 * From the weakest: OR, AND, comparisons, `+ -`, `* /`, a minus in front, `^`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import { type BinaryOperator, type Expression, MetricMathError } from "./expression.ts";

/** Functions of CloudWatch that need what Millrace does not have. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "ANOMALY_DETECTION_BAND",
  "DB_PERF_INSIGHTS",
  "INSIGHT_RULE_METRIC",
  "LAMBDA",
  "SEARCH",
  "SERVICE_QUOTA",
]);

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|"([^"]*)"|'([^']*)'|(&&|\|\||==|!=|<=|>=|[-+*/^<>()[\],]))/y;
/** Nested parentheses, brackets and signs: more is no expression anybody writes. */
const DEPTH_MAX = 100;

/** Binary operators by how strongly they bind, the weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["OR"],
  ["AND"],
  ["==", "!=", "<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/"],
];

const ALIASES: Readonly<Record<string, string>> = { "&&": "AND", "||": "OR" };

type Token =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly value: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "sign"; readonly value: string };

export type ParsedMetricMath =
  | { readonly expression: Expression; readonly reason?: undefined }
  | {
      readonly expression?: undefined;
      readonly reason: string;
      /** A function that CloudWatch has and Millrace has not. */
      readonly unsupported: string | undefined;
    };

/** An expression, or why the text is none. */
export function parseMetricMath(text: string): ParsedMetricMath {
  try {
    if (/^\s*SELECT\s/i.test(text)) {
      throw new MetricMathError("Metrics Insights queries are not supported", "Metrics Insights");
    }
    return { expression: new Parser(tokensOf(text)).whole() };
  } catch (error) {
    if (error instanceof MetricMathError) {
      return { reason: error.message, unsupported: error.unsupported };
    }
    throw error;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (found === null) {
      throw new MetricMathError(`Unexpected character '${source.slice(at).trim()[0]}'`);
    }
    tokens.push(tokenOf(found));
  }
  return tokens;
}

function tokenOf([, digits, name, double, single, sign]: RegExpExecArray): Token {
  if (digits !== undefined) {
    return { kind: "number", value: Number(digits) };
  }
  if (name !== undefined) {
    const upper = name.toUpperCase();
    const isOperator = upper === "AND" || upper === "OR";
    return isOperator ? { kind: "sign", value: upper } : { kind: "name", value: name };
  }
  const quoted = double ?? single;
  return quoted === undefined
    ? { kind: "sign", value: ALIASES[sign ?? ""] ?? sign ?? "" }
    : { kind: "text", value: quoted };
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#binary(0);
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) {
      throw new MetricMathError(`Unexpected '${rest.value}'`);
    }
    return expression;
  }

  #takeSign(...signs: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next?.kind !== "sign" || !signs.includes(next.value)) {
      return undefined;
    }
    this.#at += 1;
    return next.value;
  }

  #expect(sign: string): void {
    if (this.#takeSign(sign) === undefined) {
      throw new MetricMathError(`Expected '${sign}'`);
    }
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) {
      return this.#signed();
    }
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#takeSign(...operators) as BinaryOperator | undefined;
      if (operator === undefined) {
        return left;
      }
      left = { kind: "binary", operator, left, right: this.#binary(level + 1) };
    }
  }

  #signed(): Expression {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new MetricMathError("The expression is nested too deeply");
    }
    const expression: Expression =
      this.#takeSign("-") === undefined
        ? this.#power()
        : { kind: "negation", operand: this.#signed() };
    this.#depth -= 1;
    return expression;
  }

  #power(): Expression {
    const left = this.#primary();
    return this.#takeSign("^") === undefined
      ? left
      : { kind: "binary", operator: "^", left, right: this.#signed() };
  }

  #primary(): Expression {
    if (this.#takeSign("(") !== undefined) {
      const inner = this.#binary(0);
      this.#expect(")");
      return inner;
    }
    if (this.#takeSign("[") !== undefined) {
      return { kind: "array", items: this.#listUntil("]") };
    }
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === undefined || token.kind === "sign") {
      throw new MetricMathError(
        token === undefined ? "Unexpected end of the expression" : `Unexpected '${token.value}'`,
      );
    }
    return token.kind === "name" ? this.#named(token.value) : token;
  }

  /** Ids begin with a lower-case letter, functions are called, what is left is a keyword. */
  #named(name: string): Expression {
    if (this.#takeSign("(") !== undefined) {
      const upper = name.toUpperCase();
      if (UNSUPPORTED.has(upper)) {
        throw new MetricMathError(`The function ${upper} is not supported`, upper);
      }
      return { kind: "call", name: upper, args: this.#listUntil(")") };
    }
    return /^[a-z]/.test(name) ? { kind: "id", id: name } : { kind: "keyword", word: name };
  }

  #listUntil(end: string): readonly Expression[] {
    const items: Expression[] = [];
    if (this.#takeSign(end) !== undefined) {
      return items;
    }
    do {
      items.push(this.#binary(0));
    } while (this.#takeSign(",") !== undefined);
    this.#expect(end);
    return items;
  }
}
