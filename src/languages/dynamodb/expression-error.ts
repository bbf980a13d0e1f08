/** The parameters that carry expressions, as messages name them. */
export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

/** What is wrong with an expression or with what it is given: the text of a ValidationException. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

/** A fault of the expression itself: `explained` names the parameter it stands in. */
export class ExpressionFault extends Error {
  override readonly name = "ExpressionFault";
}

/** Runs `body`; a fault becomes `Invalid <kind>: <fault>`. */
export function explained<T>(kind: ExpressionKind, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof ExpressionFault) {
      throw new ExpressionError(`Invalid ${kind}: ${error.message}`);
    }
    throw error;
  }
}
