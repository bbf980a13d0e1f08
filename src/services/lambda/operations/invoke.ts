import { toBase64, utf8Encode } from "../../../base/bytes.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { acceptInvocation } from "../async-invocation.ts";
import { existingFunction } from "../function.ts";
import { type FunctionReference, functionReference } from "../function-name.ts";
import type { LambdaContext, LambdaOperation } from "../ports.ts";
import { beginCall, checkedPayload, clientContextOf } from "../sync-invocation.ts";

const NO_BYTES = new Uint8Array(0);

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke: LambdaOperation<"Invoke"> = async (ctx, input) => {
  refuseUnsupported(input);
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const payload = checkedPayload(input.Payload);
  switch (input.InvocationType) {
    case "DryRun":
      await ctx.store.read((tx) => void existingFunction(tx, reference));
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
  const call = await beginCall(ctx, reference, {
    requestId: ctx.requestId,
    payload: input.Payload,
    nowMs: ctx.nowMs,
    trace: ctx.trace,
    clientContext: clientContextOf(input.ClientContext),
  });
  const result = await call.result;
  return {
    StatusCode: 200,
    ExecutedVersion: call.executedVersion,
    Payload: result.payload,
    ...(result.functionError !== undefined && { FunctionError: result.functionError }),
    ...(input.LogType === "Tail" && { LogResult: toBase64(utf8Encode(result.logTail)) }),
  };
}

function refuseUnsupported(input: Input<"lambda", "Invoke">): void {
  if (input.DurableExecutionName !== undefined) {
    throw notSupported("Invoke", "DurableExecutionName");
  }
  if (input.TenantId !== undefined) {
    throw notSupported("Invoke", "TenantId");
  }
}
