import { utf8Decode } from "../../../base/bytes.ts";
import type { Operation } from "../../service.ts";
import { requireMethod } from "../method.ts";
import { pathOf, requireResource } from "../resource.ts";
import { requireApi } from "../rest-api.ts";
import { executionLines } from "../traffic/execution-log.ts";
import { refusalAnswer } from "../traffic/gateway-answer.ts";
import { integrate } from "../traffic/integrate.ts";
import type { Answer } from "../traffic/proxy.ts";
import { refusalOf, type ServePorts } from "../traffic/serve.ts";
import { compiledNow, testRequest } from "../traffic/test-request.ts";
import { validate } from "../traffic/validate.ts";

/**
 * Calls a method as it is, whether deployed or not, without its authorizer, key and limits.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeMethod.html
 */
export const testInvokeMethod: Operation<ServePorts, "apigateway", "TestInvokeMethod"> = async (
  ctx,
  input,
) => {
  const { restApiId, resourceId } = input;
  const found = await ctx.store.read((tx) => {
    const api = requireApi(tx, ctx, restApiId);
    const method = requireMethod(tx, input);
    const path = pathOf(tx, restApiId, requireResource(tx, restApiId, resourceId));
    return { api, method, path, compiled: compiledNow(tx, api) };
  });
  const { method, path, compiled } = found;
  const pathWithQueryString = input.pathWithQueryString ?? path;
  const incoming = testRequest(ctx, found, { ...input, pathWithQueryString });
  const variables = compiled.match(incoming.path)?.variables ?? {};
  const match = { resourceId, resourcePath: path, methods: {}, variables };
  const routed = { ...incoming, match, method, caller: {} };
  let answer: Answer;
  let refusal: ReturnType<typeof refusalOf> | undefined;
  try {
    validate(routed);
    answer = await integrate(ctx, routed);
  } catch (error) {
    refusal = refusalOf(ctx, incoming, error);
    answer = refusalAnswer(incoming, refusal, { match });
  }
  const flow = { answer, match, caller: undefined, refusal, integrationMs: undefined };
  const multiValueHeaders: Record<string, readonly string[]> = {};
  for (const [name, value] of answer.headers) {
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), value];
  }
  return {
    status: answer.status,
    body: utf8Decode(answer.body),
    headers: Object.fromEntries(answer.headers),
    multiValueHeaders,
    log: executionLines(incoming, flow).join("\n"),
    latency: ctx.clock.nowMs() - incoming.startMs,
  };
};
