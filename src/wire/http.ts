/** HTTP as the rest of the engine sees it: raw where AWS needs it raw, free of any server library. */
import type { ByteStream } from "../base/byte-stream.ts";

export interface HttpRequest {
  readonly method: string;
  /** As sent, still percent-encoded, without the query: `/bucket/a%2Fb`. */
  readonly path: string;
  /** As sent, without the question mark. Empty when there is none. */
  readonly query: string;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, spelled and repeated as they were sent; only requests to APIs have them. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** Whole and decoded (content-encoding, aws-chunked); empty when `stream` carries it. */
  readonly body: Uint8Array;
  /** Set instead of `body` for operations whose input has a streaming payload. */
  readonly stream?: ByteStream;
  readonly sourceIp: string;
}

export interface HttpResponse {
  readonly status: number;
  /** In order; a name may repeat (`set-cookie`). */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | ByteStream;
}
