import { expect, test } from "vitest";
import { utf8Encode } from "../../base/bytes.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { createMemoryLog, type Log, type LogRecord } from "../../platform/log.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { createApiGatewayV2 } from "./service.ts";

interface Call {
  readonly operation: string;
  readonly input: { readonly logEvents?: readonly { readonly message: string }[] };
}

function bench() {
  const testStore = createTestStore();
  const calls: Call[] = [];
  const log: Log & { readonly records: readonly LogRecord[] } = createMemoryLog();
  let logsAreUp = true;
  const dispatcher = {
    call: async (_caller: unknown, service: string, operation: string, input: Call["input"]) => {
      if (service === "lambda") {
        await testStore.clock.sleepUntil(testStore.clock.nowMs() + 7);
        return { Payload: utf8Encode('{"statusCode":201,"body":"made"}') };
      }
      if (!logsAreUp) {
        throw new AwsError({ code: "ResourceNotFoundException", message: "no such group" });
      }
      if (operation === "CreateLogStream" && calls.some((call) => call.operation === operation)) {
        throw new AwsError({ code: "ResourceAlreadyExistsException", message: "there" });
      }
      calls.push({ operation, input });
      return {};
    },
  } as unknown as Dispatcher;
  const { service, serve } = createApiGatewayV2({
    ...testStore,
    log,
    dispatcher,
    http: createScriptedHttp(),
  });
  return {
    ...testStore,
    log,
    calls,
    setLogs(up: boolean) {
      logsAreUp = up;
    },
    call: serviceCaller<"apigatewayv2">(service, testStore.clock),
    async send(apiId: string, path = "/") {
      const request = {
        method: "GET",
        path,
        query: "",
        headers: {},
        body: new Uint8Array(),
        sourceIp: "10.0.0.9",
      };
      const pending = serve(request, { apiId, path, host: "h:1" });
      await testStore.clock.advance(7);
      return (await pending).status;
    },
  };
}

async function quickApi(
  call: ReturnType<typeof bench>["call"],
  RouteKey = "GET /",
): Promise<string> {
  const { ApiId = "" } = await call("CreateApi", {
    Name: "quick",
    ProtocolType: "HTTP",
    Target: "arn:aws:lambda:us-east-1:000000000000:function:orders",
    RouteKey,
  });
  return ApiId;
}

test("throttling: lets a burst pass, then the rate", async () => {
  const { call, send, clock } = bench();
  const ApiId = await quickApi(call);
  await call("UpdateStage", {
    ApiId,
    StageName: "$default",
    DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 },
  });
  const statuses = [await send(ApiId), await send(ApiId), await send(ApiId)];
  expect(statuses).toEqual([201, 201, 429]);
  await clock.advance(1000);
  expect([await send(ApiId), await send(ApiId)]).toEqual([201, 429]);
  await call("UpdateStage", {
    ApiId,
    StageName: "$default",
    RouteSettings: { "GET /": { ThrottlingBurstLimit: 5, ThrottlingRateLimit: 1000 } },
  });
  await clock.advance(1000);
  expect([await send(ApiId), await send(ApiId), await send(ApiId)]).toEqual([201, 201, 201]);
});

test("access logs: a line a request, behind the answer", async () => {
  const { call, calls, send, clock } = bench();
  const ApiId = await quickApi(call);
  await call("UpdateStage", {
    ApiId,
    StageName: "$default",
    AccessLogSettings: {
      DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:/api:*",
      Format:
        "$context.requestId $context.httpMethod $context.path $context.routeKey " +
        "$context.status $context.responseLength $context.integrationLatency " +
        "$context.identity.sourceIp $context.requestTime $context.authorizer.error\n",
    },
  });
  await send(ApiId);
  await send(ApiId, "/missing");
  await clock.advance(0);
  expect(calls[0]).toMatchObject({
    operation: "CreateLogStream",
    input: { logGroupName: "/api" },
  });
  const lines = calls.flatMap(({ input }) => input.logEvents ?? []).map(({ message }) => message);
  expect(lines.map((line) => line.slice(17))).toEqual([
    "GET / GET / 201 4 7 10.0.0.9 01/Jan/2026:00:00:00 +0000 -",
    "GET /missing - 404 23 - 10.0.0.9 01/Jan/2026:00:00:00 +0000 -",
  ]);
});

test("access logs: wait for a log group that is not there yet", async () => {
  const { call, calls, send, clock, log, setLogs } = bench();
  const ApiId = await quickApi(call);
  await call("UpdateStage", {
    ApiId,
    StageName: "$default",
    AccessLogSettings: {
      DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:/api",
      Format: "$context.requestId",
    },
  });
  setLogs(false);
  await send(ApiId);
  await clock.advance(0);
  expect(calls).toEqual([]);
  expect(log.records.map(({ message }) => message)).toEqual(["access logs were not written"]);
  setLogs(true);
  await send(ApiId);
  await clock.advance(0);
  expect(calls.flatMap(({ input }) => input.logEvents ?? [])).toHaveLength(2);
});
