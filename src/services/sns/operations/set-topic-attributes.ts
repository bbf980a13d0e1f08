import type { WriteTx } from "../../../store/store.ts";
import { clearArchive } from "../archive.ts";
import { topicArnOf } from "../arns.ts";
import type { SnsOperation } from "../ports.ts";
import { existingTopic, isFifoTopic, saveTopic, type Topic } from "../topic.ts";
import { checkTopicAttribute, isNoArchivePolicy } from "../topic-attributes.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
export const setTopicAttributes: SnsOperation<"SetTopicAttributes"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const { AttributeName: name, AttributeValue: value = "" } = input;
  await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const owner = { operation: "SetTopicAttributes", isFifo: isFifoTopic(topic) } as const;
    const kept = checkTopicAttribute(owner, name, value);
    const { [name]: _, ...others } = topic.attributes;
    const isTaken = kept === undefined || isNoArchivePolicy(name, kept);
    const attributes = isTaken ? others : { ...others, [name]: kept };
    saveTopic(tx, withArchive(tx, { ...topic, attributes }));
  });
};

/** An archive begins with its policy, and ends with it. */
function withArchive(tx: WriteTx, topic: Topic): Topic {
  const hasPolicy = topic.attributes["ArchivePolicy"] !== undefined;
  if (hasPolicy === (topic.archivedSinceMs !== undefined)) {
    return topic;
  }
  if (!hasPolicy) {
    clearArchive(tx, topic);
  }
  return { ...topic, archivedSinceMs: hasPolicy ? tx.nowMs : undefined };
}
