/** From a request to the input of the operation it calls, typed as the model says. */
import { readCbor } from "./cbor.ts";
import type { Claim } from "./claim.ts";
import { formOf } from "./form.ts";
import type { HttpRequest } from "./http.ts";
import { readJson } from "./json.ts";
import { malformedInput, Unreadable } from "./malformed.ts";
import { readQuery } from "./query.ts";
import { readRest } from "./read-rest.ts";

/**
 * Timestamps become `Date`, blobs `Uint8Array`, streamed payloads a `ByteStream`. Members that the
 * model does not know are ignored. Throws the protocol's own error for input that cannot be read.
 */
export function parseInput(claim: Claim, request: HttpRequest): unknown {
  const shapeName = claim.model.operations[claim.operation]?.input;
  if (shapeName === undefined) {
    return {};
  }
  try {
    return readInput(claim, shapeName, request);
  } catch (error) {
    if (error instanceof Unreadable) {
      throw malformedInput(claim.protocol, claim.model, error.message);
    }
    throw error;
  }
}

function readInput(claim: Claim, shapeName: string, request: HttpRequest): unknown {
  const { model } = claim;
  switch (claim.protocol) {
    case "awsJson1_0":
    case "awsJson1_1":
      return readJson(model, shapeName, request.body, "own");
    case "awsCbor1_1":
    case "rpcv2Cbor":
      return readCbor(model, shapeName, request.body, claim.protocol);
    case "awsQuery":
      return withQueueUrl(claim, request, readQuery(model, shapeName, formOf(request)));
    default:
      return readRest(claim, shapeName, request);
  }
}

/**
 * SQS takes query-protocol calls at the address of the queue, which then need no `QueueUrl`.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests.html
 */
function withQueueUrl(claim: Claim, request: HttpRequest, input: unknown): unknown {
  const isQueuePath = claim.model.name === "sqs" && /^\/[^/]+\/[^/]+$/.test(request.path);
  if (!isQueuePath || claim.operation === "CreateQueue") {
    return input;
  }
  const url = `http://${request.headers["host"] ?? "localhost"}${request.path}`;
  return { QueueUrl: url, ...(input as object) };
}
