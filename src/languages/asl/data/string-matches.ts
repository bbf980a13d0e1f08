/**
 * `StringMatches`: an asterisk stands for any text, `\\*` for itself, `\\\\` for a backslash.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
import { cached } from "../../json-path/bounded-cache.ts";

const ESCAPE_OR_STAR = /\\([\s\S])|\*/g;

/** The texts between asterisks. */
const pieces: (pattern: string) => readonly string[] = cached((pattern) => {
  const found: string[] = [];
  let at = 0;
  let piece = "";
  for (const match of pattern.matchAll(ESCAPE_OR_STAR)) {
    piece += pattern.slice(at, match.index) + (match[1] ?? "");
    at = match.index + match[0].length;
    if (match[1] === undefined) {
      found.push(piece);
      piece = "";
    }
  }
  return [...found, piece + pattern.slice(at)];
});

export function stringMatches(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pieces(pattern);
  const last = rest.pop();
  if (last === undefined) {
    return text === first;
  }
  let at = first.length;
  if (!text.startsWith(first)) {
    return false;
  }
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) {
      return false;
    }
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
