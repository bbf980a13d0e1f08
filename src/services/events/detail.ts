import { type JsonObject, parseJsonObject } from "../../base/json.ts";
import { DETAIL_NESTING_MAX } from "./limits.ts";

/** `undefined` when the text is not a JSON object, or nests deeper than EventBridge goes. */
export function parseDetail(text: string): JsonObject | undefined {
  return nestingOf(text) > DETAIL_NESTING_MAX ? undefined : parseJsonObject(text);
}

/** How deep brackets nest outside quotes; 0 for a text too short to nest deep. */
function nestingOf(text: string): number {
  if (text.length <= 2 * DETAIL_NESTING_MAX) {
    return 0;
  }
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      quoted = !quoted;
    } else if (quoted) {
      at += char === "\\" ? 1 : 0;
    } else if (char === "{" || char === "[") {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (char === "}" || char === "]") {
      depth -= 1;
    }
  }
  return deepest;
}
