import { resourceInUse } from "../errors.ts";
import { consumers } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { existingStream } from "../stream.ts";
import { deleteStreamSoon } from "../transition.ts";

/**
 * Sources: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html, and of the
 * message https://github.com/hashicorp/terraform-provider-aws/issues/8420
 */
export const deleteStream: KinesisOperation<"DeleteStream"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const stream = existingStream(tx, ctx, "DeleteStream", input);
    const [consumer] = consumers.list(tx, { prefix: [stream.number], limit: 1 });
    if (consumer !== undefined && input.EnforceConsumerDeletion !== true) {
      throw resourceInUse(
        `DeleteStream can't delete ${stream.accountId}:${stream.name} because there are consumers ` +
          `associated with this data stream. To delete ${stream.name} anyway, set the ` +
          "EnforceConsumerDeletion parameter to true to force the deletion of all the consumers " +
          "that are associated with it.",
      );
    }
    deleteStreamSoon(tx, stream, ctx.transitions);
  });
};
