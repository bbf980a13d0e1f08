import { toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import type { InvocationResult } from "../../../functions/function-host.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Output } from "../../../wire/operations.ts";
import { type ChunkQueue, createChunkQueue } from "../chunk-queue.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";
import { beginCall, checkedPayload, clientContextOf } from "../sync-invocation.ts";

type Events = NonNullable<Output<"lambda", "InvokeWithResponseStream">["EventStream"]>;
type StreamEvent = Events extends AsyncIterable<infer E> ? E : never;

/**
 * A response of a handler that does not stream is one chunk.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
 */
export const invokeWithResponseStream: LambdaOperation<"InvokeWithResponseStream"> = async (
  ctx,
  input,
) => {
  if (input.TenantId !== undefined) {
    throw notSupported("InvokeWithResponseStream", "TenantId");
  }
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const payload = checkedPayload(input.Payload);
  if (input.InvocationType === "DryRun") {
    await ctx.store.read((tx) => void existingFunction(tx, reference));
    return { StatusCode: 204 };
  }
  const stream = createChunkQueue();
  const call = await beginCall(ctx, reference, {
    requestId: ctx.requestId,
    payload,
    nowMs: ctx.nowMs,
    trace: ctx.trace,
    clientContext: clientContextOf(input.ClientContext),
    stream,
  });
  const result = call.result.finally(() => stream.end());
  // What is refused before the response begins is an error of the request.
  await Promise.race([stream.begun, result]);
  const isTailed = input.LogType === "Tail";
  return {
    StatusCode: 200,
    ExecutedVersion: call.executedVersion,
    EventStream: events(stream, result, isTailed ? logResult : () => undefined),
  };
};

async function* events(
  stream: ChunkQueue,
  running: Promise<InvocationResult>,
  logOf: (result: InvocationResult) => string | undefined,
): AsyncGenerator<StreamEvent> {
  for await (const chunk of stream.chunks()) {
    yield { PayloadChunk: { Payload: chunk } };
  }
  const result = await running;
  const { functionError, payload } = result;
  if (functionError === undefined && payload.length > 0) {
    yield { PayloadChunk: { Payload: payload } };
  }
  yield {
    InvokeComplete: {
      ...(functionError !== undefined && {
        ErrorCode: functionError,
        ErrorDetails: utf8Decode(payload),
      }),
      LogResult: logOf(result),
    },
  };
}

function logResult({ logTail }: InvocationResult): string {
  return toBase64(utf8Encode(logTail));
}
