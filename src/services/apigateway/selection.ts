/** The pattern by which an integration response is chosen: it has to match the whole text. */

/** `undefined` for what is no regular expression. */
export function patternOf(selectionPattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${selectionPattern})$`, "u");
  } catch {
    return undefined;
  }
}
