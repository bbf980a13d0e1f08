/**
 * Reads text files with delimiters as Step Functions does, which is not as RFC 4180 does: quotes may be doubled outside
 * of quoted fields, and a backslash escapes a backslash, a quote or the delimiter and vanishes before anything else.
 * (A library reads either the doubled quotes or the backslashes, so this is our own.)
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
import { itemReaderFailed } from "./item-error.ts";

/** A quote that is never closed must not collect the rest of the file. */
const ROW_CHARACTERS_MAX = 4_000_000;

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const RETURN = 13;

/** Where the reader stands in a field. */
type Place = "start" | "plain" | "quoted";

/** Takes the text in pieces, and gives the rows that each piece ends. Lines with nothing on them are no rows. */
export class CsvReader {
  readonly #delimiter: number;
  #row: string[] = [];
  #field = "";
  #place: Place = "start";
  /** What a quote or a backslash means depends on the character behind it, which may be in the next piece. */
  #pending: "quote" | "backslash" | undefined;
  #rowCharacters = 0;
  /** How much of the field stood between quotes; `undefined` where none did. */
  #quotedLength: number | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  read(text: string): readonly (readonly string[])[] {
    const rows: (readonly string[])[] = [];
    let from = 0;
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (this.#pending !== undefined) {
        at += this.#resolve(text, at);
        from = at;
      } else if (!this.#isSpecial(code)) {
        this.#place = this.#place === "start" ? "plain" : this.#place;
        at += 1;
      } else {
        this.#field += text.slice(from, at);
        this.#special(code, rows);
        at += 1;
        from = at;
      }
    }
    this.#field += text.slice(from);
    this.#bound(this.#field.length);
    return rows;
  }

  /** The row that no newline ends. */
  end(): readonly (readonly string[])[] {
    const rows: (readonly string[])[] = [];
    if (this.#pending === "quote") {
      this.#endQuote();
    }
    this.#pending = undefined;
    this.#endRow(rows);
    return rows;
  }

  #isSpecial(code: number): boolean {
    return (
      code === QUOTE ||
      code === BACKSLASH ||
      (this.#place !== "quoted" && (code === this.#delimiter || code === NEWLINE))
    );
  }

  #special(code: number, rows: (readonly string[])[]): void {
    if (code === QUOTE && this.#place === "start") {
      this.#place = "quoted";
    } else if (code === QUOTE || code === BACKSLASH) {
      this.#pending = code === QUOTE ? "quote" : "backslash";
      this.#place = this.#place === "start" ? "plain" : this.#place;
    } else if (code === NEWLINE) {
      this.#endRow(rows);
    } else {
      this.#endField();
    }
  }

  /** How many characters the pending one takes with it. */
  #resolve(text: string, at: number): 0 | 1 {
    const code = text.charCodeAt(at);
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === "backslash") {
      const escapes = code === BACKSLASH || code === QUOTE || code === this.#delimiter;
      this.#field += escapes ? text.charAt(at) : "";
      return escapes ? 1 : 0;
    }
    if (code === QUOTE) {
      this.#field += '"';
      return 1;
    }
    this.#endQuote();
    return 0;
  }

  /** A single quote closes a quoted field, and stands for itself in any other. */
  #endQuote(): void {
    if (this.#place === "quoted") {
      this.#quotedLength = this.#field.length;
      this.#place = "plain";
    } else {
      this.#field += '"';
    }
  }

  #endField(): void {
    this.#row.push(this.#field);
    this.#bound(this.#field.length + 1);
    this.#rowCharacters += this.#field.length + 1;
    this.#field = "";
    this.#quotedLength = undefined;
    this.#place = "start";
  }

  #endRow(rows: (readonly string[])[]): void {
    const last = this.#field.length - 1;
    if (last >= (this.#quotedLength ?? 0) && this.#field.charCodeAt(last) === RETURN) {
      this.#field = this.#field.slice(0, -1);
    }
    const isEmpty =
      this.#row.length === 0 && this.#field === "" && this.#quotedLength === undefined;
    this.#endField();
    if (!isEmpty) {
      rows.push(this.#row);
    }
    this.#row = [];
    this.#rowCharacters = 0;
  }

  #bound(more: number): void {
    if (this.#rowCharacters + more > ROW_CHARACTERS_MAX) {
      throw itemReaderFailed(`A row of the file has more than ${ROW_CHARACTERS_MAX} characters.`);
    }
  }
}
