/** Splits the text of a JSON array at the commas between its elements, so that a file need not be in memory. */
import { itemReaderFailed } from "./item-error.ts";
import type { Json } from "./scope.ts";

/** What has to be in memory at once. */
const ELEMENT_CHARACTERS_MAX = 4_000_000;

const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

/** Takes the text in pieces; `JSON.parse` judges what stands between the commas. */
export class ArraySplitter {
  #place: "before" | "inside" | "behind" = "before";
  #element = "";
  #elements = 0;
  /** Of brackets and braces inside the current element. */
  #depth = 0;
  #inText = false;
  #escaped = false;

  /** The elements that this piece ends. */
  read(text: string): readonly Json[] {
    const found: Json[] = [];
    let from = this.#start(text);
    for (let at = from; at < text.length && this.#place === "inside"; at += 1) {
      if (this.#endsElement(text.charCodeAt(at))) {
        this.#add(text.slice(from, at));
        from = at + 1;
        this.#endElement(text.charCodeAt(at), found);
      }
    }
    if (this.#place === "inside") {
      this.#add(text.slice(from));
    } else if (text.slice(from).trim() !== "") {
      throw notAnArray();
    }
    return found;
  }

  /** @throws DataError where the array was not closed */
  end(): void {
    if (this.#place !== "behind") {
      throw notAnArray();
    }
  }

  /** Where this piece begins to be of the array. */
  #start(text: string): number {
    if (this.#place !== "before") {
      return 0;
    }
    const at = text.search(/\S/);
    if (at === -1) {
      return text.length;
    }
    if (text.charCodeAt(at) !== OPEN_BRACKET) {
      throw notAnArray();
    }
    this.#place = "inside";
    return at + 1;
  }

  #endsElement(code: number): boolean {
    if (this.#inText) {
      this.#passText(code);
      return false;
    }
    switch (code) {
      case QUOTE:
        this.#inText = true;
        return false;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        this.#depth += 1;
        return false;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        this.#depth -= 1;
        return this.#depth < 0;
      default:
        return code === COMMA && this.#depth === 0;
    }
  }

  #passText(code: number): void {
    if (this.#escaped) {
      this.#escaped = false;
    } else if (code === BACKSLASH) {
      this.#escaped = true;
    } else if (code === QUOTE) {
      this.#inText = false;
    }
  }

  #endElement(code: number, found: Json[]): void {
    const isLast = code !== COMMA;
    const isEmptyArray = isLast && this.#elements === 0 && this.#element.trim() === "";
    if (code === CLOSE_BRACE) {
      throw notAnArray();
    }
    if (!isEmptyArray) {
      found.push(parseItem(this.#element));
      this.#elements += 1;
    }
    this.#element = "";
    this.#place = isLast ? "behind" : "inside";
  }

  #add(text: string): void {
    this.#element += text;
    if (this.#element.length > ELEMENT_CHARACTERS_MAX) {
      throw itemReaderFailed(`An item has more than ${ELEMENT_CHARACTERS_MAX} characters.`);
    }
  }
}

export function parseItem(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw itemReaderFailed("Attempting to map over a file that is not valid JSON.");
  }
}

function notAnArray(): Error {
  return itemReaderFailed("Attempting to map over a file that is not a valid JSON array.");
}
