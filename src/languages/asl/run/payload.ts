/** JSON on its way from state to state: as text, as a value, or both; each made when first asked for. */
import type { Json } from "../data/scope.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const PAYLOAD_BYTES_MAX: number = 256 * 1024;
/** The most bytes that one UTF-16 unit takes in UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

export class Payload {
  #text: string | undefined;
  #json: Json | undefined;

  private constructor(text: string | undefined, json: Json | undefined) {
    this.#text = text;
    this.#json = json;
  }

  /** The text is JSON. */
  static ofText(text: string): Payload {
    return new Payload(text, undefined);
  }

  static ofJson(json: Json): Payload {
    return new Payload(undefined, json);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#json);
    return this.#text;
  }

  get json(): Json {
    if (this.#json === undefined) {
      this.#json = JSON.parse(this.#text ?? "null") as Json;
    }
    return this.#json;
  }

  get isTooLarge(): boolean {
    const { text } = this;
    return (
      text.length * BYTES_PER_UNIT_MAX > PAYLOAD_BYTES_MAX &&
      Buffer.byteLength(text) > PAYLOAD_BYTES_MAX
    );
  }
}
