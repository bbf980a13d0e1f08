/**
 * Source maps that lead to the files of the project, wherever the bundle is unpacked: stack traces
 * name files one can open, and a debugger's breakpoints are found.
 *
 * Source of the form: https://tc39.es/ecma426/ (`sources`, `sourceRoot`, inline maps).
 */
import path from "node:path";
import { pathToFileURL } from "node:url";

/** At the end of a bundle. */
const INLINE_MAP = /(\n\/\/# sourceMappingURL=data:application\/json;base64,)([A-Za-z0-9+/=]+)\s*$/;

/** `contents` of the output `file` (absolute): a map, a bundle with one inside, or neither. */
export function withProjectSources(file: string, contents: Uint8Array): Uint8Array {
  if (file.endsWith(".map")) {
    return Buffer.from(relocated(path.dirname(file), Buffer.from(contents).toString("utf8")));
  }
  const text = Buffer.from(contents).toString("utf8");
  const [whole, prefix = "", encoded = ""] = INLINE_MAP.exec(text) ?? [];
  if (whole === undefined) {
    return contents;
  }
  const map = relocated(path.dirname(file), Buffer.from(encoded, "base64").toString("utf8"));
  const code = text.slice(0, text.length - whole.length);
  return Buffer.from(`${code}${prefix}${Buffer.from(map).toString("base64")}\n`);
}

function relocated(folder: string, json: string): string {
  const map = JSON.parse(json) as { readonly sources: readonly string[] };
  const sources = map.sources.map((source) => pathToFileURL(path.resolve(folder, source)).href);
  return JSON.stringify({ ...map, sources });
}
