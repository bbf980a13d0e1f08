/** The hash of data in a logical id, as AWS's translator makes it: a change makes a new resource. */
import { createHash } from "node:crypto";
import { isList, isObject, type Value } from "../../languages/template/value.ts";

const LENGTH = 10;

export function dataHash(data: Value): string {
  return createHash("sha1").update(pythonJson(data)).digest("hex").slice(0, LENGTH);
}

/** JSON as Python writes it with sorted keys: beyond ASCII all is escaped. */
function pythonJson(value: Value): string {
  if (isList(value)) {
    return `[${value.map(pythonJson).join(",")}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${pythonJson(key)}:${pythonJson(value[key] ?? null)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
