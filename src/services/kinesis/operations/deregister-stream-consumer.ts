import { existingConsumer } from "../consumer.ts";
import type { KinesisOperation } from "../ports.ts";
import { deleteConsumerSoon } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html */
export const deregisterStreamConsumer: KinesisOperation<"DeregisterStreamConsumer"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => {
    const { stream, consumer } = existingConsumer(tx, ctx, "DeregisterStreamConsumer", input);
    deleteConsumerSoon(tx, stream, consumer, ctx.transitions);
  });
};
