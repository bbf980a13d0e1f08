/** The parts of a template, as `parse.ts` finds them. */

/** Line and column from 1, for messages. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Reference {
  readonly kind: "reference";
  readonly name: string;
  readonly steps: readonly ReferenceStep[];
  /** `$!x`: prints nothing where there is no value. */
  readonly isQuiet: boolean;
  /** Backslashes before the `$`: an odd one makes the reference text. */
  readonly backslashes: number;
  /** As written, without backslashes: what is printed where there is no value. */
  readonly text: string;
  readonly place: Place;
}

export type ReferenceStep =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "method"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "index"; readonly index: Expression };

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Expression =
  | Reference
  | { readonly kind: "literal"; readonly value: string | bigint | number | boolean }
  /** Text in double quotes with references or directives in it. */
  | { readonly kind: "interpolation"; readonly body: Block }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** A bare word among the arguments of a directive: `in`. */
  | { readonly kind: "word"; readonly text: string };

export type Block = readonly Statement[];

export interface Branch {
  /** `undefined`: `#else`. */
  readonly condition: Expression | undefined;
  readonly body: Block;
}

export type Statement =
  | { readonly kind: "text"; readonly text: string }
  | Reference
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[] }
  | {
      readonly kind: "foreach";
      readonly variable: string;
      readonly over: Expression;
      readonly body: Block;
    }
  | MacroCall
  | { readonly kind: "define"; readonly name: string; readonly body: Block }
  | { readonly kind: "evaluate"; readonly source: Expression }
  | { readonly kind: "stop" | "break" };

export interface MacroCall {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** Of `#@name() ... #end`: what `$bodyContent` is in the macro. */
  readonly body: Block | undefined;
  /** As written: what is printed where there is no such macro. */
  readonly text: string;
  readonly place: Place;
}

export interface Macro {
  readonly parameters: readonly string[];
  readonly body: Block;
}

/** Macros are known from the moment they are parsed, also to what stands before them. */
export type Macros = Map<string, Macro>;
