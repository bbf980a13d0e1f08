/** Requests of `TestInvokeMethod` and `TestInvokeAuthorizer`: to the API as it is, not as deployed. */
import { utf8Encode } from "../../../base/bytes.ts";
import type { ReadTx } from "../../../store/store.ts";
import { newGatewayRequestId } from "../../api-front/request-marks.ts";
import { snapshotOf } from "../deployment.ts";
import type { RestApiRecord } from "../keys.ts";
import { type Compiled, compile } from "./compile.ts";
import type { Incoming } from "./incoming.ts";
import { incomingOf, type ServePorts } from "./serve.ts";

/** What a test is made against; the name is AWS's. */
const TEST_STAGE = "test-invoke-stage";

export interface TestRequest {
  readonly httpMethod: string;
  readonly pathWithQueryString?: string | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
}

export function compiledNow(tx: ReadTx, api: RestApiRecord): Compiled {
  return compile(snapshotOf(tx, api));
}

export function testRequest(
  ports: ServePorts,
  against: { readonly api: RestApiRecord; readonly compiled: Compiled },
  test: TestRequest,
): Incoming {
  const { api } = against;
  const [path = "/", query = ""] = (test.pathWithQueryString ?? "/").split("?");
  const pairs = [
    ...Object.entries(test.headers ?? {}),
    ...Object.entries(test.multiValueHeaders ?? {}).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    ),
  ];
  const request = {
    method: test.httpMethod,
    path,
    query,
    headers: Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])),
    rawHeaders: pairs.flat(),
    body: utf8Encode(test.body ?? ""),
    sourceIp: "test-invoke-source-ip",
  };
  return incomingOf(ports, request, {
    ...against,
    apiId: api.id,
    host: "testPrefix.testDomainName",
    path,
    stage: {
      stageName: TEST_STAGE,
      deploymentId: "",
      variables: test.stageVariables ?? {},
    },
    extendedRequestId: newGatewayRequestId(ports.random),
  });
}
