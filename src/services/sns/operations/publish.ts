import { notSupported } from "../../../wire/aws-error.ts";
import { topicArnOf } from "../arns.ts";
import { invalidFor } from "../errors.ts";
import { fanOut } from "../fan-out.ts";
import { messageAttributesOf } from "../message-attributes.ts";
import type { SnsOperation } from "../ports.ts";
import { publicationOf } from "../publication.ts";
import { existingTopic } from "../topic.ts";
import { reportUndelivered } from "../undelivered.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const publish: SnsOperation<"Publish"> = async (ctx, input) => {
  if (input.PhoneNumber !== undefined) {
    throw notSupported("Publish", "text messages (PhoneNumber)");
  }
  const target = input.TopicArn ?? input.TargetArn;
  if (target === undefined) {
    throw invalidFor("TopicArn or TargetArn", "no value for required parameter");
  }
  if (target.includes(":endpoint/") || target.includes(":app/")) {
    throw notSupported("Publish", "mobile push endpoints (TargetArn)");
  }
  const arn = topicArnOf(ctx.region, target, input.TopicArn ? "TopicArn" : "TargetArn");
  const publication = publicationOf(input, {
    messageId: ctx.random.uuid(),
    attributes: messageAttributesOf(input.MessageAttributes),
    trace: ctx.trace,
  });
  const undelivered = await ctx.store.write((tx) =>
    fanOut(tx, ctx, { topic: existingTopic(tx, arn), publication, endpoint: ctx.endpoint }),
  );
  reportUndelivered(ctx.log, undelivered);
  return { MessageId: publication.messageId };
};
