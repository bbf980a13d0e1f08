import type { ByteStream } from "../../../base/byte-stream.ts";
import { acceptInvocation } from "../async-invocation.ts";
import { functionReference } from "../function-name.ts";
import { ASYNC_PAYLOAD_BYTES_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";
import { checkedPayload } from "../sync-invocation.ts";

/**
 * The older form of an invocation of the type `Event`, which SDKs still have.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html
 */
export const invokeAsync: LambdaOperation<"InvokeAsync"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const payload = checkedPayload(await gathered(input.InvokeArgs));
  await ctx.store.write((tx) => {
    const { requestId, trace } = ctx;
    acceptInvocation(tx, reference, { requestId, trace, payload });
  });
  return { Status: 202 };
};

/** No more than is enough to be refused as too large. */
async function gathered(stream: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > ASYNC_PAYLOAD_BYTES_MAX) {
      break;
    }
  }
  return Buffer.concat(chunks);
}
