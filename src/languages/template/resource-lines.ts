/** Where the resources of a template stand in its text. */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { withDeepLines } from "./deep-lines.ts";

/** Logical ids to line numbers, from 1; empty when the text cannot be read. JSON is read as YAML. */
export function resourceLines(text: string): ReadonlyMap<string, number> {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(withDeepLines(text) ?? text, {
    lineCounter,
    logLevel: "silent",
    prettyErrors: false,
    uniqueKeys: false,
  });
  const resources = isMap(contents) ? contents.get("Resources", true) : undefined;
  const lines = new Map<string, number>();
  for (const { key } of isMap(resources) ? resources.items : []) {
    if (isScalar(key) && key.range) {
      lines.set(String(key.value), lineCounter.linePos(key.range[0]).line);
    }
  }
  return lines;
}
