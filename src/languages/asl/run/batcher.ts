/**
 * Gathers the items of a map run into batches, one for each execution.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */
import type { Json } from "../data/scope.ts";
import type { BatchSettings } from "./execution.ts";

export class Batcher {
  readonly #settings: BatchSettings;
  #held: Json[] = [];
  #heldBytes = 0;

  constructor(settings: BatchSettings) {
    this.#settings = settings;
  }

  /** The batch that is full without this item, if there is one. */
  add(item: Json): readonly Json[] | undefined {
    const { itemsMax, bytesMax } = this.#settings;
    const bytes = bytesMax === undefined ? 0 : Buffer.byteLength(JSON.stringify(item)) + 1;
    const isFull =
      (itemsMax !== undefined && this.#held.length >= itemsMax) ||
      (bytesMax !== undefined && this.#heldBytes + bytes > bytesMax);
    const full = isFull ? this.rest() : undefined;
    this.#held.push(item);
    this.#heldBytes += bytes;
    return full;
  }

  /** What is held, if anything is. */
  rest(): readonly Json[] | undefined {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return held.length === 0 ? undefined : held;
  }
}
