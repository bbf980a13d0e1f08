/** Parsed expressions: what the text alone says, before names and values are put in. */

/** A name, `#alias`, or the index of a list element. */
export type PathStep = string | number;

export interface PathSyntax {
  readonly kind: "path";
  readonly steps: readonly PathStep[];
  /** The first step that is a reserved word. */
  readonly reserved: string | undefined;
}

export interface ValueSyntax {
  readonly kind: "value";
  /** With its colon. */
  readonly name: string;
}

export interface CallSyntax {
  readonly kind: "call";
  readonly name: string;
  readonly operands: readonly OperandSyntax[];
}

export type OperandSyntax = PathSyntax | ValueSyntax | CallSyntax;

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type ConditionSyntax =
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: OperandSyntax;
      readonly right: OperandSyntax;
    }
  | {
      readonly kind: "between";
      readonly operand: OperandSyntax;
      readonly low: OperandSyntax;
      readonly high: OperandSyntax;
    }
  | {
      readonly kind: "in";
      readonly operand: OperandSyntax;
      readonly list: readonly OperandSyntax[];
    }
  | CallSyntax
  | { readonly kind: "and" | "or"; readonly parts: readonly ConditionSyntax[] }
  | { readonly kind: "not"; readonly condition: ConditionSyntax };

/** `a + b`, `a - b`, or an operand alone. */
export type UpdateValueSyntax =
  | OperandSyntax
  | {
      readonly kind: "add" | "subtract";
      readonly left: UpdateValueSyntax;
      readonly right: UpdateValueSyntax;
    };

export type UpdateActionSyntax =
  | { readonly kind: "set"; readonly path: PathSyntax; readonly value: UpdateValueSyntax }
  | { readonly kind: "remove"; readonly path: PathSyntax }
  | { readonly kind: "add" | "delete"; readonly path: PathSyntax; readonly value: ValueSyntax };

export interface UpdateSyntax {
  readonly actions: readonly UpdateActionSyntax[];
}
