import type { Operation } from "../../service.ts";
import { requireAuthorizer } from "../parts.ts";
import { requireApi } from "../rest-api.ts";
import { testAuthorizer } from "../traffic/authorize.ts";
import { refusalAnswer } from "../traffic/gateway-answer.ts";
import { refusalOf, type ServePorts } from "../traffic/serve.ts";
import { compiledNow, testRequest } from "../traffic/test-request.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeAuthorizer.html */
export const testInvokeAuthorizer: Operation<
  ServePorts,
  "apigateway",
  "TestInvokeAuthorizer"
> = async (ctx, input) => {
  const { restApiId, authorizerId } = input;
  const found = await ctx.store.read((tx) => {
    const api = requireApi(tx, ctx, restApiId);
    const authorizer = requireAuthorizer(tx, restApiId, authorizerId);
    return { api, authorizer, compiled: compiledNow(tx, api) };
  });
  const incoming = testRequest(ctx, found, { ...input, httpMethod: "GET" });
  const match = { resourceId: "", resourcePath: incoming.path, methods: {}, variables: {} };
  const latency = () => ctx.clock.nowMs() - incoming.startMs;
  try {
    const result = await testAuthorizer(ctx, incoming, { match, authorizer: found.authorizer });
    return {
      clientStatus: 200,
      principalId: String(result["principalId"]),
      policy: JSON.stringify(result["policyDocument"]),
      log: incoming.lines.join("\n"),
      latency: latency(),
    };
  } catch (error) {
    const refusal = refusalOf(ctx, incoming, error);
    const { status } = refusalAnswer(incoming, refusal, { match });
    return { clientStatus: status, log: incoming.lines.join("\n"), latency: latency() };
  }
};
