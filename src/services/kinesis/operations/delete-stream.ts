import { resourceInUse } from "../errors.ts";
import { consumers } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream } from "../stream.ts";
import { deleteStreamSoon } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html */
export const deleteStream: KinesisOperation<"DeleteStream"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const stream = existingStream(tx, ctx, "DeleteStream", input);
    const [consumer] = consumers.list(tx, { prefix: [stream.number], limit: 1 });
    if (consumer !== undefined && input.EnforceConsumerDeletion !== true) {
      throw resourceInUse(
        `Stream ${stream.name} under account ${stream.accountId} has registered consumers. ` +
          "Set EnforceConsumerDeletion to delete them with it.",
      );
    }
    deleteStreamSoon(tx, stream, ctx.transitions);
  });
};
