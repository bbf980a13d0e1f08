/**
 * `multipart/form-data` as browsers send it: fields, then one file, which is streamed.
 * Source: https://www.rfc-editor.org/rfc/rfc7578
 */
import type { ByteStream } from "../base/byte-stream.ts";
import { AwsError } from "./aws-error.ts";

export interface FormUpload {
  /** In front of the file, by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string | undefined;
  readonly file: ByteStream;
}

/** All fields together, in bytes. */
const FIELDS_BYTES_MAX = 20 * 1024;
const HEADERS_END = "\r\n\r\n";

export async function readFormUpload(contentType: string, source: ByteStream): Promise<FormUpload> {
  const boundary = /;\s*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) {
    throw malformed("Could not find boundary");
  }
  const reader = new Reader(source);
  const delimiter = `\r\n--${boundary}`;
  reader.prepend("\r\n");
  await reader.textUntil(delimiter);
  const fields = new Map<string, string>();
  for (;;) {
    const head = await reader.textUntil(HEADERS_END);
    const name = /\bname="([^"]*)"/i.exec(head)?.[1]?.toLowerCase();
    if (name === undefined || head.startsWith("--")) {
      throw malformed("POST requires exactly one file upload per request.");
    }
    if (name === "file") {
      const fileName = /\bfilename="([^"]*)"/i.exec(head)?.[1];
      return { fields, fileName, file: reader.streamUntil(delimiter) };
    }
    fields.set(name, await reader.textUntil(delimiter));
  }
}

/** Looks for texts in a stream, and holds no more than it has to. */
class Reader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held = Buffer.alloc(0);
  #fieldBytes = 0;

  constructor(source: ByteStream) {
    this.#source = source[Symbol.asyncIterator]();
  }

  prepend(text: string): void {
    this.#held = Buffer.concat([Buffer.from(text), this.#held]);
  }

  /** What stands in front of `end`, which is left out. */
  async textUntil(end: string): Promise<string> {
    for (;;) {
      const at = this.#held.indexOf(end);
      if (at !== -1) {
        const text = this.#held.subarray(0, at).toString("utf8");
        this.#held = this.#held.subarray(at + end.length);
        this.#fieldBytes += at;
        this.#checkFields();
        return text;
      }
      this.#checkFields(this.#held.length);
      await this.#fill();
    }
  }

  async *streamUntil(end: string): ByteStream & AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(end);
      if (at !== -1) {
        yield this.#held.subarray(0, at);
        await this.#drain();
        return;
      }
      const safe = Math.max(0, this.#held.length - end.length);
      const ready = this.#held.subarray(0, safe);
      this.#held = this.#held.subarray(safe);
      if (ready.length > 0) {
        yield ready;
      }
      await this.#fill();
    }
  }

  #checkFields(more = 0): void {
    if (this.#fieldBytes + more > FIELDS_BYTES_MAX + HEADERS_END.length) {
      throw new AwsError({
        code: "MaxPostPreDataLengthExceededError",
        message: "Your POST request fields preceding the upload file were too large.",
      });
    }
  }

  async #fill(): Promise<void> {
    const part = await this.#source.next();
    if (part.done === true) {
      throw malformed("Unexpected end of the form");
    }
    this.#held = Buffer.concat([this.#held, part.value]);
  }

  /** What follows the file is ignored, as on AWS. */
  async #drain(): Promise<void> {
    for (let part = await this.#source.next(); part.done !== true; ) {
      part = await this.#source.next();
    }
  }
}

function malformed(detail: string): AwsError {
  return new AwsError({
    code: "MalformedPOSTRequest",
    message: `The body of your POST request is not well-formed multipart/form-data. ${detail}`,
  });
}
