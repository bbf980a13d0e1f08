/**
 * The `aws-chunked` content encoding: chunks with or without a signature, then trailers.
 *
 *   <hex size>[;chunk-signature=...]\r\n<bytes>\r\n ... 0[;...]\r\n[name:value\r\n...]\r\n
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { AwsError } from "./aws-error.ts";

/** A chunk's head line, or a line of a trailer. */
const LINE_SIZE_MAX = 8 * 1024;
const TRAILERS_MAX = 32;
/** S3 takes parts of 5 GiB, so no chunk is larger. */
const CHUNK_SIZE_MAX = 5 * 1024 ** 3;
/** Of every chunk but the last. */
const CHUNK_SIZE_MIN = 8 * 1024;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

export interface ChunkedDecoder {
  /** The content inside `bytes`, in the order it came. */
  push(bytes: Uint8Array): readonly Uint8Array[];
  /** Throws unless the last chunk has come. Trailers by name in lower case. */
  end(): ReadonlyMap<string, string>;
}

type State = "head" | "content" | "content-end" | "trailers" | "done";

export function createChunkedDecoder(): ChunkedDecoder {
  const trailers = new Map<string, string>();
  let state: State = "head";
  let remaining = 0;
  let line = "";
  const checkSize = createSizeCheck();

  const takeLine = (): void => {
    if (state === "head") {
      remaining = chunkSize(line);
      checkSize(remaining);
      state = remaining === 0 ? "trailers" : "content";
    } else if (state === "content-end") {
      assertChunk(line === "");
      state = "head";
    } else if (line === "") {
      state = "done";
    } else {
      addTrailer(trailers, line);
    }
    line = "";
  };

  const readLine = (bytes: Uint8Array, start: number): number => {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed === -1 ? bytes.length : feed;
    const length = end > start && bytes[end - 1] === CARRIAGE_RETURN && feed !== -1 ? end - 1 : end;
    line += Buffer.from(bytes.buffer, bytes.byteOffset + start, length - start).toString("latin1");
    assertChunk(line.length <= LINE_SIZE_MAX);
    if (feed === -1) {
      return end;
    }
    line = line.endsWith("\r") ? line.slice(0, -1) : line;
    takeLine();
    return end + 1;
  };

  return {
    push(bytes) {
      const content: Uint8Array[] = [];
      let at = 0;
      while (at < bytes.length && state !== "done") {
        if (state !== "content") {
          at = readLine(bytes, at);
          continue;
        }
        const size = Math.min(remaining, bytes.length - at);
        content.push(bytes.subarray(at, at + size));
        at += size;
        remaining -= size;
        state = remaining === 0 ? "content-end" : "content";
      }
      return content;
    },
    end() {
      // Some clients leave out the empty line behind the last chunk.
      if (state !== "done" && !(state === "trailers" && line === "")) {
        throw incompleteBody();
      }
      return trailers;
    },
  };
}

function chunkSize(line: string): number {
  const digits = /^([0-9a-fA-F]{1,10})(?:;.*)?$/.exec(line)?.[1];
  const size = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
  assertChunk(size <= CHUNK_SIZE_MAX);
  return size;
}

/** To be called with the size of each chunk, the empty one at the end among them. */
function createSizeCheck(): (sizeBytes: number) => void {
  let chunks = 0;
  let lastSize = CHUNK_SIZE_MIN;
  return (sizeBytes) => {
    chunks += 1;
    if (sizeBytes > 0 && lastSize < CHUNK_SIZE_MIN) {
      throw smallChunk(chunks, lastSize);
    }
    lastSize = sizeBytes;
  };
}

function addTrailer(trailers: Map<string, string>, line: string): void {
  const colon = line.indexOf(":");
  if (colon < 1 || trailers.size >= TRAILERS_MAX) {
    throw new AwsError({
      code: "MalformedTrailerError",
      message:
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    });
  }
  trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}

/**
 * What is no chunk is a body that broke off.
 * Source: the answer quoted in https://github.com/versity/versitygw/issues/1666
 */
function assertChunk(condition: boolean): asserts condition {
  if (!condition) {
    throw new AwsError({
      code: "IncompleteBody",
      message: "The request body terminated unexpectedly",
    });
  }
}

/**
 * Told when the next chunk comes, by that one's number.
 * Source: the answers quoted in https://github.com/versity/versitygw/issues/1665 and 1683
 */
function smallChunk(chunk: number, sizeBytes: number): AwsError {
  return new AwsError({
    code: "InvalidChunkSizeError",
    message: `Only the last chunk is allowed to have a size less than ${CHUNK_SIZE_MIN} bytes`,
    status: 403,
    members: { Chunk: chunk, BadChunkSize: sizeBytes },
  });
}

export function incompleteBody(): AwsError {
  return new AwsError({
    code: "IncompleteBody",
    message: "You did not provide the number of bytes specified by the Content-Length HTTP header",
  });
}
