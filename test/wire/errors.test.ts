/** SDK clients read every error of every service, and those that all services share. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/wire/aws-error.ts";
import { claimRequest } from "../../src/wire/claim.ts";
import { fail } from "../../src/wire/fail.ts";
import type { HttpRequest, HttpResponse } from "../../src/wire/http.ts";
import type { ServiceModel, StructureShape } from "../../src/wire/model.ts";
import { loadModel } from "../../src/wire/models.ts";
import { plainText, structureArbitrary } from "./arbitraries.ts";
import { CASES, comparableIn, inputArbitrary, operationsOf } from "./cases.ts";
import { sdkClient } from "./sdk.ts";

const RUNS = 5;
const REQUEST_ID = "11111111-2222-4333-8444-555555555555";
/** Errors of any service, which no model lists. */
const SHARED = [
  { code: "ValidationException", status: 400 },
  { code: "SerializationException", status: 400 },
  { code: "NotImplemented", status: 501 },
];

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string };
}

describe.each(CASES)("$service in $protocol", (one) => {
  const { service, protocol, forced } = one;
  const model = loadModel(service);
  const [operation = ""] = operationsOf(model);
  const [input = {}] = fc.sample(inputArbitrary(one, operation), { numRuns: 1, seed: 1 });

  let answer = (_request: HttpRequest): HttpResponse => {
    throw new Error("the test gives no answer");
  };
  const client = sdkClient(service, (request) => answer(request), forced);

  const thrown = async (error: AwsError): Promise<Thrown & Record<string, unknown>> => {
    answer = (request) => fail(claimRequest(request), error, REQUEST_ID, request);
    try {
      await client.send(operation, structuredClone(input));
    } catch (caught) {
      return caught as Thrown & Record<string, unknown>;
    }
    throw new Error("the client did not throw");
  };

  test.each(errorsOf(model))("%s", async (name, shape) => {
    const code = model.protocols[0] === "awsQuery" ? (shape.error?.queryCode ?? name) : name;
    const without = new Set([
      "message",
      "Message",
      ...(service === "s3" ? Object.keys(shape.members) : []),
    ]);
    const members = structureArbitrary(model, name, {
      hasEmpty: false,
      text: plainText,
      isOutput: false,
      without,
    });
    await fc.assert(
      fc.asyncProperty(members, async (given) => {
        const { status = 400, queryStatus } = shape.error ?? {};
        const message = "What <happened> & why";
        const found = await thrown(new AwsError({ code, message, status, members: given }));
        expect(found.message).toBe(message);
        expect(namesOfCode(model, name)).toContain(found.name);
        expect(found.$metadata).toMatchObject({
          httpStatusCode: expectedStatus(protocol, status, queryStatus),
          requestId: REQUEST_ID,
        });
        expect(comparableIn(protocol, found)).toMatchObject(comparableIn(protocol, given));
      }),
      { numRuns: RUNS },
    );
  });

  test.each(SHARED)("$code, which no model lists", async ({ code, status }) => {
    const found = await thrown(new AwsError({ code, message: "why", status }));
    expect([found.name, found.message]).toEqual([code, "why"]);
    expect(found.$metadata).toMatchObject({ httpStatusCode: status, requestId: REQUEST_ID });
  });

  test("an error that comes before a claim is in the caller's protocol", async () => {
    const early = new AwsError({ code: "Early", message: "why" });
    answer = (request) => fail(undefined, early, REQUEST_ID, request);
    await expect(client.send(operation, structuredClone(input))).rejects.toMatchObject({
      name: "Early",
      message: "why",
    });
  });
});

function errorsOf(model: ServiceModel): readonly (readonly [string, StructureShape])[] {
  return Object.entries(model.shapes).flatMap(([name, shape]) => {
    return "members" in shape && shape.error !== undefined ? [[name, shape] as const] : [];
  });
}

/** Two errors may share a code in the query protocol, and clients know them by that code. */
function namesOfCode(model: ServiceModel, name: string): readonly string[] {
  const errors = errorsOf(model);
  const queryCode = errors.find(([other]) => other === name)?.[1].error?.queryCode;
  const same = errors.filter(([, shape]) => shape.error?.queryCode === queryCode);
  return queryCode === undefined ? [name] : same.map(([other]) => other);
}

function expectedStatus(protocol: string, status: number, queryStatus: number | undefined): number {
  return protocol === "awsQuery" ? (queryStatus ?? status) : status;
}
