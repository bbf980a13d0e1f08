import { invalidAttributeName } from "../errors.ts";
import type { MessageCounts } from "../message-counts.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, type Queue, queueArn, queueNameOfUrl } from "../queue.ts";
import { formatAttribute, SETTABLE_NAMES } from "../queue-attributes.ts";

const COUNTS: Readonly<Record<string, keyof MessageCounts>> = {
  ApproximateNumberOfMessages: "visible",
  ApproximateNumberOfMessagesNotVisible: "inFlight",
  ApproximateNumberOfMessagesDelayed: "delayed",
};

const FACTS: Readonly<Record<string, (queue: Queue) => string>> = {
  QueueArn: queueArn,
  CreatedTimestamp: (queue) => String(Math.floor(queue.createdMs / 1000)),
  LastModifiedTimestamp: (queue) => String(Math.floor(queue.modifiedMs / 1000)),
};

const OWN_NAMES = [...Object.keys(FACTS), ...Object.keys(COUNTS), ...SETTABLE_NAMES];
const KNOWN_NAMES = new Set(["All", ...OWN_NAMES]);

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export const getQueueAttributes: SqsOperation<"GetQueueAttributes"> = async (ctx, input) => {
  const requested = input.AttributeNames ?? [];
  const unknown = requested.find((name) => !KNOWN_NAMES.has(name));
  if (unknown !== undefined) {
    throw invalidAttributeName(unknown);
  }
  const queueName = queueNameOfUrl(ctx.region, input.QueueUrl);
  const queue = await ctx.store.read((tx) => existingQueue(tx, queueName));
  const names = requested.includes("All") ? OWN_NAMES : requested;
  const counts = names.some((name) => name in COUNTS)
    ? await ctx.counter.count(queue, ctx.nowMs)
    : undefined;
  const attributes: Record<string, string> = {};
  for (const name of names) {
    const count = COUNTS[name];
    const text =
      count === undefined
        ? (FACTS[name]?.(queue) ?? formatAttribute(name, queue.settings))
        : String(counts?.[count]);
    if (text !== undefined) {
      attributes[name] = text;
    }
  }
  return names.length === 0 ? {} : { Attributes: attributes };
};
