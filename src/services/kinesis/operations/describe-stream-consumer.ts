import { existingConsumer, shownConsumer } from "../consumer.ts";
import type { KinesisOperation } from "../ports.ts";
import { streamArn } from "../stream.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html */
export const describeStreamConsumer: KinesisOperation<"DescribeStreamConsumer"> = (ctx, input) =>
  ctx.store.read((tx) => {
    const { stream, consumer } = existingConsumer(tx, ctx, "DescribeStreamConsumer", input);
    return { ConsumerDescription: { ...shownConsumer(consumer), StreamARN: streamArn(stream) } };
  });
