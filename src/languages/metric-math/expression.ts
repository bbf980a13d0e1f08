/** What a metric math expression is made of, and why one is none. */

export type BinaryOperator = ArithmeticOperator | ComparisonOperator | "AND" | "OR";
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "^";
export type ComparisonOperator = "==" | "!=" | "<" | ">" | "<=" | ">=";

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  /** A metric or another expression of the request, by its id. */
  | { readonly kind: "id"; readonly id: string }
  /** `REPEAT`, `ASC`, the name of a function as an argument of SORT. */
  | { readonly kind: "keyword"; readonly word: string }
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "negation"; readonly operand: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** Ends reading or evaluating an expression; never leaves this folder. */
export class MetricMathError extends Error {
  override readonly name = "MetricMathError";
  /** Set for what CloudWatch has and Millrace has not: the name of the function. */
  readonly unsupported: string | undefined;

  constructor(message: string, unsupported?: string) {
    super(message);
    this.unsupported = unsupported;
  }
}

/** The ids an expression refers to; `isEveryMetric` when it calls METRICS, which means many. */
export function idsOf(expression: Expression): {
  readonly ids: ReadonlySet<string>;
  readonly usesMetrics: boolean;
} {
  const ids = new Set<string>();
  let usesMetrics = false;
  const visit = (part: Expression): void => {
    if (part.kind === "id") {
      ids.add(part.id);
    }
    usesMetrics ||= part.kind === "call" && part.name === "METRICS";
    for (const child of childrenOf(part)) {
      visit(child);
    }
  };
  visit(expression);
  return { ids, usesMetrics };
}

function childrenOf(part: Expression): readonly Expression[] {
  switch (part.kind) {
    case "array":
      return part.items;
    case "call":
      return part.args;
    case "negation":
      return [part.operand];
    case "binary":
      return [part.left, part.right];
    default:
      return [];
  }
}
