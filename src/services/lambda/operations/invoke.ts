import { toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { type InvocationResult, RuntimeUnavailable } from "../../../functions/function-host.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { acceptInvocation } from "../async-invocation.ts";
import { invalidRequestContent, invalidRuntime, payloadTooLarge } from "../errors.ts";
import { type FunctionReference, functionReference, LATEST } from "../function-name.ts";
import { type Call, type Invocable, loadInvocable, unthrottled } from "../invoker.ts";
import { SYNC_PAYLOAD_BYTES_MAX } from "../limits.ts";
import type { LambdaContext, LambdaOperation } from "../ports.ts";

const NO_BYTES = new Uint8Array(0);
/** What a function gets that is invoked without a payload. */
const EMPTY_EVENT = utf8Encode("{}");

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke: LambdaOperation<"Invoke"> = async (ctx, input) => {
  refuseUnsupported(input);
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const payload = checkedPayload(input.Payload);
  switch (input.InvocationType) {
    case "DryRun":
      await ctx.store.read((tx) => void loadInvocable(tx, reference));
      return { StatusCode: 204, Payload: NO_BYTES };
    case "Event":
      await ctx.store.write((tx) => {
        const { requestId, trace } = ctx;
        acceptInvocation(tx, reference, { requestId, trace, payload });
      });
      return { StatusCode: 202, Payload: NO_BYTES };
    default:
      return invokeAndWait(ctx, reference, { ...input, Payload: payload });
  }
};

async function invokeAndWait(
  ctx: LambdaContext,
  reference: FunctionReference,
  input: Input<"lambda", "Invoke"> & { readonly Payload: Uint8Array },
): Promise<Output<"lambda", "Invoke">> {
  if (input.Payload.length > SYNC_PAYLOAD_BYTES_MAX) {
    throw payloadTooLarge(input.Payload.length, "RequestResponse", SYNC_PAYLOAD_BYTES_MAX);
  }
  const invocable = await ctx.store.read((tx) => loadInvocable(tx, reference));
  const result = await callNow(ctx, invocable, {
    requestId: ctx.requestId,
    payload: input.Payload,
    qualifier: reference.qualifier,
    nowMs: ctx.nowMs,
    trace: ctx.trace,
    clientContext: clientContextOf(input.ClientContext),
  });
  return {
    StatusCode: 200,
    ExecutedVersion: LATEST,
    Payload: result.payload,
    ...(result.functionError !== undefined && { FunctionError: result.functionError }),
    ...(input.LogType === "Tail" && { LogResult: toBase64(utf8Encode(result.logTail)) }),
  };
}

async function callNow(
  ctx: LambdaContext,
  invocable: Invocable,
  call: Call,
): Promise<InvocationResult> {
  try {
    return unthrottled(await ctx.invoker.call(invocable, call));
  } catch (error) {
    throw error instanceof RuntimeUnavailable ? invalidRuntime(error.message) : error;
  }
}

function refuseUnsupported(input: Input<"lambda", "Invoke">): void {
  if (input.DurableExecutionName !== undefined) {
    throw notSupported("Invoke", "DurableExecutionName");
  }
  if (input.TenantId !== undefined) {
    throw notSupported("Invoke", "TenantId");
  }
}

function checkedPayload(given: Uint8Array | undefined): Uint8Array {
  if (given === undefined || given.length === 0) {
    return EMPTY_EVENT;
  }
  try {
    JSON.parse(utf8Decode(given));
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : "not JSON");
  }
  return given;
}

/** Base64 on the way in, JSON for the function. */
function clientContextOf(given: string | undefined): string | undefined {
  if (given === undefined || given === "") {
    return undefined;
  }
  const text = Buffer.from(given, "base64").toString("utf8");
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : "not JSON");
  }
  return text;
}
