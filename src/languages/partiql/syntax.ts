/** Parsed statements: what the text alone says, before parameters are put in. */
import type { DocumentPath } from "../dynamodb/bindings.ts";
import type { Comparator } from "../dynamodb/syntax.ts";
import type { Place } from "./lexer.ts";

export type Expression = (
  | { readonly kind: "text" | "number"; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  /** The number of the `?`, from 0. */
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "path"; readonly path: DocumentPath }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "list" | "bag"; readonly elements: readonly Expression[] }
  | { readonly kind: "map"; readonly members: readonly MapMember[] }
  | {
      readonly kind: "arithmetic";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | { readonly kind: "in"; readonly operand: Expression; readonly list: Expression }
  /** `type` in capitals: `MISSING`, `NULL`, `STRING`. */
  | { readonly kind: "is"; readonly operand: Expression; readonly type: string }
  | { readonly kind: "like"; readonly operand: Expression; readonly pattern: Expression }
  | { readonly kind: "and" | "or"; readonly parts: readonly Expression[] }
  | { readonly kind: "not"; readonly condition: Expression }
) & { readonly place: Place };

export interface MapMember {
  readonly name: string;
  readonly value: Expression;
}

export type ExpressionOf<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

export interface OrderTerm {
  readonly path: DocumentPath;
  readonly isDescending: boolean;
}

export interface SelectSyntax {
  readonly kind: "select";
  readonly table: string;
  readonly index: string | undefined;
  /** `undefined` for `*`. */
  readonly projection: readonly DocumentPath[] | undefined;
  readonly where: Expression | undefined;
  readonly orderBy: readonly OrderTerm[];
}

export interface InsertSyntax {
  readonly kind: "insert";
  readonly table: string;
  readonly value: Expression;
}

export type AssignmentSyntax =
  | { readonly kind: "set"; readonly path: DocumentPath; readonly value: Expression }
  | { readonly kind: "remove"; readonly path: DocumentPath };

export interface Returning {
  readonly scope: "ALL" | "MODIFIED";
  readonly age: "OLD" | "NEW";
}

export interface UpdateSyntax {
  readonly kind: "update";
  readonly table: string;
  readonly assignments: readonly AssignmentSyntax[];
  readonly where: Expression | undefined;
  readonly returning: Returning | undefined;
}

export interface DeleteSyntax {
  readonly kind: "delete";
  readonly table: string;
  readonly where: Expression | undefined;
  readonly returning: Returning | undefined;
}

/** `EXISTS (SELECT ...)`: what a transaction requires of an item it does not write. */
export interface ExistsSyntax {
  readonly kind: "exists";
  readonly select: SelectSyntax;
}

export type Statement = SelectSyntax | InsertSyntax | UpdateSyntax | DeleteSyntax | ExistsSyntax;
