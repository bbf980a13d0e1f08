/** What goes wrong with a path. Both are for whoever asked: each language has errors of its own. */

/** The evaluation of a path, or of a regular expression, on some data. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}

/** The text of a path, or of anything else that is parsed. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
}
