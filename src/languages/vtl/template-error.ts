/** What is wrong with a template, or went wrong while it was evaluated. */

export class TemplateError extends Error {
  override readonly name = "TemplateError";
}
