import { notSupported } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import { topicArnOf } from "../arns.ts";
import { invalidFor } from "../errors.ts";
import { messageAttributesOf } from "../message-attributes.ts";
import type { SnsOperation } from "../ports.ts";
import { publicationOf } from "../publication.ts";
import { publishTo } from "../publish-to.ts";
import { sendTextMessage } from "../text-message.ts";
import { existingTopic } from "../topic.ts";
import { isFifoName } from "../topic-name.ts";
import { reportUndelivered } from "../undelivered.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const publish: SnsOperation<"Publish"> = async (ctx, input) => {
  const attributes = messageAttributesOf(input.MessageAttributes);
  const publisher = { messageId: ctx.random.uuid(), attributes, trace: ctx.trace };
  if (input.PhoneNumber !== undefined) {
    const { PhoneNumber: phoneNumber } = input;
    const publication = publicationOf(input, publisher, { isFifo: false });
    await ctx.store.write((tx) => sendTextMessage(tx, ctx, { phoneNumber, publication }));
    return { MessageId: publication.messageId };
  }
  const arn = topicArnOf(ctx.region, ...targetOf(input));
  const publication = publicationOf(input, publisher, { isFifo: isFifoName(arn.resource) });
  const { receipt, undelivered } = await ctx.store.write((tx) =>
    publishTo(tx, ctx, { topic: existingTopic(tx, arn), publication, endpoint: ctx.endpoint }),
  );
  reportUndelivered(ctx.log, undelivered);
  return { MessageId: receipt.messageId, SequenceNumber: receipt.sequenceNumber };
};

/** The ARN, and the parameter that has it. */
function targetOf(input: Input<"sns", "Publish">): [arn: string, parameter: string] {
  const target = input.TopicArn ?? input.TargetArn;
  if (target === undefined) {
    throw invalidFor("TopicArn or TargetArn", "no value for required parameter");
  }
  if (target.includes(":endpoint/") || target.includes(":app/")) {
    throw notSupported("Publish", "mobile push endpoints (TargetArn)");
  }
  return [target, input.TopicArn === undefined ? "TargetArn" : "TopicArn"];
}
