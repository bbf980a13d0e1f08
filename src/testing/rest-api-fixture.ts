/** REST APIs over the test store: functions, services and endpoints behind them are scripted. */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createApiGateway } from "../services/apigateway/service.ts";
import type { HttpRequest } from "../wire/http.ts";
import { createScriptedHttp, type ScriptedHttp } from "./scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore, type TestStore } from "./test-store.ts";

/** The URI of an integration with the function `name`. */
export function functionUri(name: string): string {
  return `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`;
}

export interface RestAnswer {
  readonly status: number;
  /** Those that repeat are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Uint8Array;
}

type FunctionResult = { Payload?: Uint8Array; FunctionError?: string };

export interface RestApiFixture extends TestStore {
  readonly call: ServiceCaller<"apigateway">;
  readonly http: ScriptedHttp;
  /** What functions were called with, in order. */
  readonly events: readonly { readonly name: string; readonly event: Record<string, unknown> }[];
  /** Calls of services other than Lambda. */
  readonly operations: readonly { readonly operation: string; readonly input: unknown }[];
  /** What functions answer from now on. */
  answerWith(result: (name: string) => Promise<FunctionResult>): void;
  /** What operations of other services answer from now on. */
  answerOperations(output: (operation: string) => Promise<unknown>): void;
  send(apiId: string, path: string, request?: Partial<HttpRequest>): Promise<RestAnswer>;
  /** An API imported from a definition and deployed to the stage `dev`. */
  imported(definition: object): Promise<string>;
}

export function jsonResult(value: unknown): FunctionResult {
  return { Payload: utf8Encode(JSON.stringify(value)) };
}

export function createRestApiFixture(): RestApiFixture {
  const testStore = createTestStore();
  const http = createScriptedHttp();
  const events: { name: string; event: Record<string, unknown> }[] = [];
  const operations: { operation: string; input: unknown }[] = [];
  let result = async (_: string): Promise<FunctionResult> =>
    jsonResult({ statusCode: 200, body: "hello" });
  let output = async (_: string): Promise<unknown> => ({});
  const dispatcher = {
    async call(_: unknown, service: string, operation: string, input: Record<string, unknown>) {
      if (service !== "lambda") {
        operations.push({ operation: `${service}:${operation}`, input });
        return output(`${service}:${operation}`);
      }
      const name = String(input["FunctionName"]).split(":").at(-1) ?? "";
      events.push({ name, event: JSON.parse(utf8Decode(input["Payload"] as Uint8Array)) });
      return result(name);
    },
    async callByName(_: unknown, service: string, operation: string, input: unknown) {
      operations.push({ operation: `${service}:${operation}`, input });
      return output(`${service}:${operation}`);
    },
  } as unknown as Dispatcher;
  const log = createMemoryLog();
  const { service, serve } = createApiGateway({ ...testStore, log, dispatcher, http });
  const call = serviceCaller<"apigateway">(service, testStore.clock);
  return {
    ...testStore,
    call,
    http,
    events,
    operations,
    answerWith(next) {
      result = next;
    },
    answerOperations(next) {
      output = next;
    },
    async send(apiId, target, given = {}) {
      const host = `${apiId}.execute-api.localhost:4566`;
      const [path = "", query = ""] = target.split("?");
      const request: HttpRequest = {
        ...{ method: "GET", path, query, headers: { host }, body: new Uint8Array() },
        sourceIp: "127.0.0.1",
        ...given,
      };
      const response = await serve(request, { apiId, path, host });
      const headers: Record<string, string> = {};
      for (const [name, value] of response.headers) {
        headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
      }
      const bytes = response.body as Uint8Array;
      return { status: response.status, headers, body: utf8Decode(bytes), bytes };
    },
    async imported(definition) {
      const body = utf8Encode(JSON.stringify(definition));
      const { id: restApiId = "" } = await call("ImportRestApi", { body });
      await call("CreateDeployment", { restApiId, stageName: "dev" });
      return restApiId;
    },
  };
}
