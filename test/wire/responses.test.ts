/** What we answer, SDK clients read as it was given: every operation, arbitrary outputs. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { claimRequest } from "../../src/wire/claim.ts";
import type { HttpRequest, HttpResponse } from "../../src/wire/http.ts";
import type { ServiceModel } from "../../src/wire/model.ts";
import { loadModel } from "../../src/wire/models.ts";
import { respond } from "../../src/wire/respond.ts";
import {
  CASES,
  comparableIn,
  drained,
  inputArbitrary,
  operationsOf,
  outputArbitrary,
} from "./cases.ts";
import { sdkClient } from "./sdk.ts";

const RUNS = 5;
const REQUEST_ID = "11111111-2222-4333-8444-555555555555";

describe.each(CASES)("$service in $protocol", (one) => {
  const { service, protocol, forced } = one;
  const model = loadModel(service);

  let operation = "";
  let output: Record<string, unknown> = {};
  const answer = (request: HttpRequest): HttpResponse =>
    respond(claimRequest(request), streamed(model, operation, output), REQUEST_ID);
  const client = sdkClient(service, answer, forced);

  test.each(operationsOf(model).filter((name) => !streamsEvents(model, name)))(
    "%s",
    async (name) => {
      operation = name;
      const [input = {}] = fc.sample(inputArbitrary(one, operation), { numRuns: 1, seed: 1 });
      await fc.assert(
        fc.asyncProperty(outputArbitrary(one, operation), async (given) => {
          output = structuredClone(given);
          const { $metadata, ...read } = await client.send(operation, structuredClone(input));
          expect($metadata).toMatchObject({ requestId: REQUEST_ID });
          const found = comparableIn(protocol, await drained(read));
          expect(found).toEqual(comparableIn(protocol, given));
        }),
        { numRuns: RUNS },
      );
    },
  );
});

function membersOf(model: ServiceModel, operation: string) {
  const shape = model.shapes[model.operations[operation]?.output ?? ""];
  return shape !== undefined && "members" in shape ? Object.entries(shape.members) : [];
}

function streamsEvents(model: ServiceModel, operation: string): boolean {
  return membersOf(model, operation).some(([, member]) => member.eventStream);
}

/** Operations give streamed payloads as streams. */
function streamed(
  model: ServiceModel,
  operation: string,
  output: Record<string, unknown>,
): unknown {
  const out = { ...output };
  for (const [name, member] of membersOf(model, operation)) {
    const value = out[name];
    if (member.shape === "streamingBlob" && value instanceof Uint8Array) {
      out[name] = chunksOf(value);
    }
  }
  return out;
}

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes.subarray(0, 1);
  yield bytes.subarray(1);
}
