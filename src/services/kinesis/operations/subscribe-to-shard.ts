import { existingConsumer } from "../consumer.ts";
import { consumerNotActive, dryRun, shardDoesNotExist, streamNotFound } from "../errors.ts";
import type { KinesisOperation } from "../ports.ts";
import { findShard } from "../shard.ts";
import { startPosition } from "../start-position.ts";
import { isUsable } from "../stream.ts";
import { subscriptionEvents } from "../subscription-events.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html */
export const subscribeToShard: KinesisOperation<"SubscribeToShard"> = async (ctx, input) => {
  const { ShardId, StartingPosition: start } = input;
  const found = await ctx.store.read((tx) => {
    const { stream, consumer } = existingConsumer(tx, ctx, "SubscribeToShard", input);
    if (!isUsable(stream)) {
      throw streamNotFound(stream);
    }
    if (consumer.status !== "ACTIVE") {
      throw consumerNotActive(consumer, stream);
    }
    const shard = findShard(tx, stream, ShardId);
    if (shard === undefined) {
      throw shardDoesNotExist(ShardId, stream);
    }
    const position = startPosition(tx, stream, shard, {
      operation: "SubscribeToShard",
      type: start.Type,
      sequenceNumber: start.SequenceNumber,
      timestamp: start.Timestamp,
    });
    if (input.DryRun === true) {
      throw dryRun();
    }
    return { stream, consumer, shard, place: { shard: shard.index, ...position } };
  });
  const { store, clock, abort, subscriptions } = ctx;
  const subscription = subscriptions.begin(found.consumer.arn, ShardId, clock.nowMs());
  return {
    EventStream: subscriptionEvents({ ...found, store, clock, abort, subscription }),
  };
};
