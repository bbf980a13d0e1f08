/**
 * Payloads that are compressed on their way: those of requests are what they were before when the
 * API sees them, those of answers are compressed where the API and the client want it.
 *
 * Gateway responses go out as they are: AWS compresses what integrations answer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
 */
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { BODY_SIZE_MAX } from "../limits.ts";
import { valuesOf } from "./headers.ts";
import type { Incoming } from "./incoming.ts";
import type { Answer } from "./proxy.ts";
import { Refusal } from "./refusal.ts";

interface Coding {
  readonly compress: (body: Uint8Array) => Uint8Array;
  readonly decompress: (body: Uint8Array) => Uint8Array;
}

const BOUND = { maxOutputLength: BODY_SIZE_MAX };

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ["gzip", { compress: gzipSync, decompress: (body) => gunzipSync(body, BOUND) }],
  ["deflate", { compress: deflateSync, decompress: (body) => inflateSync(body, BOUND) }],
]);

const CONTENT_ENCODING = "content-encoding";

/**
 * A coding there is not, or a body that is not in it, is refused with 415.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-make-request-with-compressed-payload.html
 */
export function decompressed(incoming: Incoming): Incoming {
  const { request, headers } = incoming;
  const name = valuesOf(headers, CONTENT_ENCODING).join(",").trim().toLowerCase() || "identity";
  if (name === "identity" || request.body.length === 0) {
    return incoming;
  }
  const coding = CODINGS.get(name);
  if (coding === undefined) {
    throw new Refusal("UNSUPPORTED_MEDIA_TYPE");
  }
  const kept = Object.entries(headers).filter(([key]) => key.toLowerCase() !== CONTENT_ENCODING);
  const body = bodyIn(coding, request.body);
  return { ...incoming, request: { ...request, body }, headers: Object.fromEntries(kept) };
}

function bodyIn(coding: Coding, body: Uint8Array): Uint8Array {
  try {
    return coding.decompress(body);
  } catch (error) {
    const isTooLarge = (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    throw new Refusal(isTooLarge ? "REQUEST_TOO_LARGE" : "UNSUPPORTED_MEDIA_TYPE");
  }
}

/**
 * From the API's minimum size on, unless the integration has encoded it already.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-receive-response-with-compressed-payload.html
 */
export function compressed(incoming: Incoming, answer: Answer): Answer {
  const { minimumCompressionSize } = incoming.compiled.snapshot;
  const name = preferredCoding(valuesOf(incoming.headers, "accept-encoding").join(","));
  const coding = CODINGS.get(name ?? "");
  const isWanted =
    minimumCompressionSize !== undefined &&
    answer.body.length >= Math.max(1, minimumCompressionSize) &&
    !answer.headers.some(([header]) => header.toLowerCase() === CONTENT_ENCODING);
  return name === undefined || coding === undefined || !isWanted
    ? answer
    : {
        status: answer.status,
        headers: [...answer.headers, [CONTENT_ENCODING, name]],
        body: coding.compress(answer.body),
      };
}

/** Of those that the client likes best; `undefined` where the API has none of them. */
function preferredCoding(acceptEncoding: string): string | undefined {
  const wishes = acceptEncoding.split(",").map((wish) => {
    const [name = "", ...parameters] = wish.split(";").map((part) => part.trim().toLowerCase());
    const stated = parameters.find((parameter) => parameter.startsWith("q="));
    return { name, weight: stated === undefined ? 1 : Number(stated.slice(2)) };
  });
  const best = Math.max(...wishes.map(({ weight }) => weight));
  return wishes.find(({ name, weight }) => weight === best && best > 0 && CODINGS.has(name))?.name;
}
