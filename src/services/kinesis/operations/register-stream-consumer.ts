import { consumersMax } from "../account.ts";
import { type Consumer, consumerArn, shownConsumer } from "../consumer.ts";
import { limitExceeded, resourceInUse } from "../errors.ts";
import { consumers } from "../keys.ts";
import type { KinesisOperation } from "../ports.ts";
import { streamArn, usableStream } from "../stream.ts";
import { withTags } from "../tags.ts";
import { putConsumer } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html */
export const registerStreamConsumer: KinesisOperation<"RegisterStreamConsumer"> = (ctx, input) =>
  ctx.store.write((tx) => {
    const stream = usableStream(tx, ctx, "RegisterStreamConsumer", input);
    const { ConsumerName: name } = input;
    const present = [...consumers.list(tx, { prefix: [stream.number] })];
    if (present.some(({ record }) => record.name === name)) {
      throw resourceInUse(
        `Consumer under stream ${streamArn(stream)} with name ${name} already exists.`,
      );
    }
    const limit = consumersMax(tx, stream);
    if (present.length >= limit) {
      throw limitExceeded(
        `Stream ${stream.name} under account ${stream.accountId} already has ${limit} registered ` +
          "consumers, which is the limit.",
      );
    }
    const arn = consumerArn(stream, name, tx.nowMs);
    const consumer: Consumer = {
      name,
      arn,
      status: "CREATING",
      createdMs: tx.nowMs,
      tags: withTags({}, input.Tags ?? {}, `consumer ${arn}`),
    };
    putConsumer(tx, stream, consumer, ctx.transitions);
    return { Consumer: shownConsumer(consumer) };
  });
