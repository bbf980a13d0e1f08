import { topicArnOf } from "../arns.ts";
import type { SnsOperation } from "../ports.ts";
import { existingTopic, saveTopic } from "../topic.ts";
import { checkTopicAttribute } from "../topic-attributes.ts";

/** Attributes that an empty value takes away. */
const REMOVABLE = new Set(["Policy", "DeliveryPolicy", "KmsMasterKeyId"]);

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
export const setTopicAttributes: SnsOperation<"SetTopicAttributes"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const { AttributeName: name, AttributeValue: value = "" } = input;
  const isRemoved = value === "" && REMOVABLE.has(name);
  const kept = isRemoved ? undefined : checkTopicAttribute("SetTopicAttributes", name, value);
  await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const { [name]: _, ...others } = topic.attributes;
    saveTopic(tx, {
      ...topic,
      attributes: kept === undefined ? others : { ...others, [name]: kept },
    });
  });
};
