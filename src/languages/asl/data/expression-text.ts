const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** The JSONata expression in a text of the form `{% ... %}`; `undefined` where the text stands for itself. */
export function expressionIn(text: string): string | undefined {
  return EXPRESSION.exec(text)?.[1]?.trim();
}
