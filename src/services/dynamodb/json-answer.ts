/** JSON bodies put together from values and from items, whose JSON is there already. */
import { StoredItem } from "./stored-item.ts";

/** What is undefined is left out. */
export type JsonMember = StoredItem | readonly StoredItem[] | object | number | undefined;

export function jsonOf(members: Readonly<Record<string, JsonMember>>): Uint8Array {
  const parts: (string | StoredItem)[] = [];
  let text = "{";
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (member === undefined) {
      continue;
    }
    text += text === "{" && parts.length === 0 ? `"${name}":` : `,"${name}":`;
    if (member instanceof StoredItem) {
      parts.push(text, member);
      text = "";
    } else if (isItemList(member)) {
      text += "[";
      for (const item of member) {
        parts.push(text, item);
        text = ",";
      }
      text = member.length === 0 ? `${text}]` : "]";
    } else {
      text += JSON.stringify(member);
    }
  }
  parts.push(`${text}}`);
  return joined(parts);
}

function isItemList(member: object | number): member is readonly StoredItem[] {
  return Array.isArray(member) && (member.length === 0 || member[0] instanceof StoredItem);
}

function joined(parts: readonly (string | StoredItem)[]): Uint8Array {
  const lengths = parts.map((part) =>
    typeof part === "string" ? Buffer.byteLength(part, "utf8") : part.jsonLength,
  );
  const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (typeof part === "string") {
      out.write(part, at, "utf8");
    } else {
      part.copyJson(out, at);
    }
    at += lengths[index] ?? 0;
  }
  return out;
}
