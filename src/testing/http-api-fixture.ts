/** HTTP APIs over the test store: functions, services and endpoints behind them are scripted. */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createApiGatewayV2 } from "../services/apigatewayv2/service.ts";
import type { HttpRequest } from "../wire/http.ts";
import { createScriptedHttp, type ScriptedHttp } from "./scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore, type TestStore } from "./test-store.ts";

export const API_FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:orders";

export interface HttpAnswer {
  readonly status: number;
  /** Those that repeat are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type FunctionResult = { Payload?: Uint8Array; FunctionError?: string };

/** A call of a service other than Lambda. */
export interface OperationCall {
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Of Lambda's `Invoke`, or of CloudWatch Logs' `PutLogEvents`. */
interface CallInput {
  readonly FunctionName: string;
  readonly Payload: Uint8Array;
  readonly logEvents?: readonly { readonly message: string }[];
}

export interface HttpApiFixture extends TestStore {
  readonly call: ServiceCaller<"apigatewayv2">;
  readonly http: ScriptedHttp;
  readonly logged: () => string;
  /** Lines of access logs, in order. */
  readonly accessLines: readonly string[];
  /** What functions were called with, by the last part of their names, in order. */
  readonly events: (functionName?: string) => readonly Record<string, unknown>[];
  readonly functionNames: () => readonly string[];
  /** What functions answer from now on. */
  answerWith(result: (functionName: string) => Promise<FunctionResult>): void;
  readonly operations: readonly OperationCall[];
  /** What operations of other services answer from now on. */
  answerOperations(output: (call: OperationCall) => Promise<unknown>): void;
  send(apiId: string, request?: Partial<HttpRequest>): Promise<HttpAnswer>;
}

export function createHttpApiFixture(): HttpApiFixture {
  const testStore = createTestStore();
  const log = createMemoryLog();
  const http = createScriptedHttp();
  const invoked: { name: string; event: Record<string, unknown> }[] = [];
  const operations: OperationCall[] = [];
  const accessLines: string[] = [];
  let result = async (_: string): Promise<FunctionResult> => jsonResult({ ok: true });
  let output = async (_: OperationCall): Promise<unknown> => ({});
  const dispatcher = {
    call(_: unknown, service: string, __: string, input: CallInput) {
      if (service === "logs") {
        accessLines.push(...(input.logEvents ?? []).map(({ message }) => message));
        return Promise.resolve({});
      }
      const name = input.FunctionName.split(":").at(-1) ?? "";
      invoked.push({ name, event: JSON.parse(utf8Decode(input.Payload)) });
      return result(name);
    },
    callByName({ region }: { region: string }, service: string, operation: string, input: unknown) {
      const made = { region, service, operation, input };
      operations.push(made);
      return output(made);
    },
  } as unknown as Dispatcher;
  const { service, serve } = createApiGatewayV2({ ...testStore, log, dispatcher, http });
  return {
    ...testStore,
    call: serviceCaller<"apigatewayv2">(service, testStore.clock),
    http,
    logged: () => JSON.stringify(log.records),
    accessLines,
    events: (functionName) =>
      invoked
        .filter(({ name }) => functionName === undefined || name === functionName)
        .map(({ event }) => event),
    functionNames: () => invoked.map(({ name }) => name),
    answerWith(next) {
      result = next;
    },
    operations,
    answerOperations(next) {
      output = next;
    },
    async send(apiId, given = {}) {
      const host = `${apiId}.execute-api.localhost:4566`;
      const request: HttpRequest = {
        method: "GET",
        path: "/",
        query: "",
        headers: { host },
        body: new Uint8Array(),
        sourceIp: "127.0.0.1",
        ...given,
      };
      return answerOf(await serve(request, { apiId, path: request.path, host }));
    },
  };
}

function answerOf(response: Awaited<ReturnType<ReturnType<typeof createApiGatewayV2>["serve"]>>) {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return { status: response.status, headers, body: utf8Decode(response.body as Uint8Array) };
}

export function jsonResult(value: unknown): FunctionResult {
  return { Payload: utf8Encode(JSON.stringify(value)) };
}

/** An API with a stage that deploys by itself, and no route yet. */
export async function emptyHttpApi({ call }: HttpApiFixture): Promise<string> {
  const { ApiId = "" } = await call("CreateApi", { Name: "api", ProtocolType: "HTTP" });
  await call("CreateStage", { ApiId, StageName: "$default", AutoDeploy: true });
  return ApiId;
}

/** The id of a new integration with `API_FUNCTION`, as a route's target. */
export async function functionTarget(
  { call }: HttpApiFixture,
  ApiId: string,
  PayloadFormatVersion = "2.0",
): Promise<string> {
  const { IntegrationId } = await call("CreateIntegration", {
    ApiId,
    IntegrationType: "AWS_PROXY",
    IntegrationUri: API_FUNCTION,
    PayloadFormatVersion,
  });
  return `integrations/${IntegrationId}`;
}
