/** What SDK clients send, we read as it was given: every operation, arbitrary inputs. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBody } from "../../src/wire/body.ts";
import { claimRequest } from "../../src/wire/claim.ts";
import type { HttpRequest } from "../../src/wire/http.ts";
import { loadModel } from "../../src/wire/models.ts";
import { parseInput } from "../../src/wire/parse.ts";
import { CASES, comparableIn, drained, inputArbitrary, operationsOf } from "./cases.ts";
import { sdkClient } from "./sdk.ts";

const RUNS = 5;

class Captured extends Error {}

describe.each(CASES)("$service in $protocol", (one) => {
  const { service, protocol, forced } = one;

  let operation = "";
  let read: unknown;
  const capture = (sent: HttpRequest): never => {
    const request = { ...sent, body: decodeBody(sent.headers, sent.body) };
    const claim = claimRequest(request);
    const claimed = [claim.model.name, claim.operation, claim.protocol];
    expect(claimed).toEqual([service, operation, protocol]);
    read = parseInput(claim, request);
    throw new Captured();
  };
  const client = sdkClient(service, capture, forced);

  test.each(operationsOf(loadModel(service)))("%s", async (name) => {
    operation = name;
    await fc.assert(
      fc.asyncProperty(inputArbitrary(one, operation), async (given) => {
        read = undefined;
        await expect(client.send(operation, structuredClone(given))).rejects.toThrow(Captured);
        const expected = comparableIn(protocol, given);
        const found = comparableIn(protocol, await drained(read));
        if (service === "s3" || service === "apigateway") {
          // The clients add something of their own: checksums, and what they accept.
          expect(found).toMatchObject(expected);
        } else {
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
