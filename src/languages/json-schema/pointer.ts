/** JSON pointers, as the fragments of references have them: https://www.rfc-editor.org/rfc/rfc6901 */
import { isJsonObject } from "../../base/json.ts";

/** `undefined` where the pointer leads nowhere. */
export function pointed(document: unknown, fragment: string): unknown {
  const [first, ...names] = fragment.split("/");
  if (first !== "") {
    return undefined;
  }
  let value = document;
  for (const name of names) {
    const key = unescaped(name);
    if (Array.isArray(value)) {
      value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
    } else {
      value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
  }
  return value;
}

function unescaped(name: string): string {
  return decoded(name).replaceAll("~1", "/").replaceAll("~0", "~");
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
