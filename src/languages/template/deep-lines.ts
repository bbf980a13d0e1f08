/**
 * Lines that stand too far left, moved to the right.
 *
 * The YAML specification wants the lines of a flow collection (`{...}`, `[...]`) and of a quoted text
 * to be indented deeper than the key they belong to. AWS's readers, and the SAM CLI's, do not mind,
 * and templates in the wild have policies pasted that way. Leading white space of such lines means
 * nothing, so adding some changes no value.
 */
import { Lexer } from "yaml";

/** Deeper than any line of a template is indented by people. */
const INDENT = " ".repeat(200);

/** So many lines are moved at most; each takes a pass over the text. */
const MOVED_LINES_MAX = 500;

/** What the lexer says where a flow collection breaks off. */
const FLOW_BROKEN_OFF = "\u0018";

/** The text with such lines indented; `undefined` when it has none, or too many. */
export function withDeepLines(text: string): string | undefined {
  let moved = text;
  for (let count = 0; count <= MOVED_LINES_MAX; count += 1) {
    const start = shallowLine(moved);
    if (start === undefined) {
      return count === 0 ? undefined : moved;
    }
    moved = moved.slice(0, start) + INDENT + moved.slice(start);
  }
  return undefined;
}

/** Where the first line starts that breaks off a flow collection or a quoted text. */
function shallowLine(text: string): number | undefined {
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === FLOW_BROKEN_OFF) {
      return text.lastIndexOf("\n", offset - 1) + 1;
    }
    if (token === "\u0002" || token === "\u001f") {
      continue;
    }
    offset += token.length;
    if (isBrokenOff(token) && offset < text.length) {
      const end = text.indexOf("\n", offset);
      return end === -1 ? undefined : end + 1;
    }
  }
  return undefined;
}

/** Whether a quoted text has no closing quote: an escaped one does not close it. */
function isBrokenOff(token: string): boolean {
  if (token.startsWith('"')) {
    return !/^"(?:[^"\\]|\\.)*"$/s.test(token);
  }
  return token.startsWith("'") && !/^'(?:[^']|'')*'$/.test(token);
}
