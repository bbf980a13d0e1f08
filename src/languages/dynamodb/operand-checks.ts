/** The checks of operands that conditions and updates share. */
import type { AttributeType } from "./attribute-value.ts";
import { ExpressionFault } from "./expression-error.ts";
import type { CallSyntax } from "./syntax.ts";

export function requireOperandCount({ name, operands }: CallSyntax, count: number): void {
  if (operands.length !== count) {
    throw new ExpressionFault(
      "Incorrect number of operands for operator or function; " +
        `operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
}

/** `type` is known before any item is read, or `undefined`. */
export function requireOperandType(
  type: AttributeType | undefined,
  allowed: ReadonlySet<AttributeType>,
  name: string,
): void {
  if (type !== undefined && !allowed.has(type)) {
    throw new ExpressionFault(
      "Incorrect operand type for operator or function; " +
        `operator or function: ${name}, operand type: ${type}`,
    );
  }
}

export function pathRequired(name: string): ExpressionFault {
  return new ExpressionFault(
    `Operator or function requires a document path; operator or function: ${name}`,
  );
}
