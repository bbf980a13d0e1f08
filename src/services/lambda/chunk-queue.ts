/** A streamed response on its way from the function to whoever reads it. */
import type { ResponseStream } from "../../functions/function-host.ts";

export interface ChunkQueue extends ResponseStream {
  /** Resolves when the response begins, or is over. */
  readonly begun: Promise<void>;
  /** What the handler said its response is; `undefined` before that, and when it does not stream. */
  contentType(): string | undefined;
  /** No more comes: it was all, or it failed. */
  end(): void;
  /** Each chunk once, in order, as it comes. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
}

export function createChunkQueue(): ChunkQueue {
  const waiting: Uint8Array[] = [];
  let type: string | undefined;
  let isOver = false;
  let wake = (): void => {};
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return {
    begun,
    contentType: () => type,
    start(contentType) {
      type = contentType;
      begin();
    },
    chunk(bytes) {
      waiting.push(Uint8Array.from(bytes));
      begin();
      wake();
    },
    end() {
      isOver = true;
      begin();
      wake();
    },
    async *chunks() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          yield next;
        } else if (isOver) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
