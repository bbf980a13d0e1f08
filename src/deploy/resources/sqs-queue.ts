/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html */
import { attributeChange } from "./attribute-properties.ts";
import { boolean, document, number, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"];

/** Properties that are queue attributes, with the value of one that is taken away. */
const ATTRIBUTE_DEFAULTS = {
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  DelaySeconds: "0",
  FifoThroughputLimit: "perQueue",
  KmsDataKeyReusePeriodSeconds: "300",
  KmsMasterKeyId: "",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  RedriveAllowPolicy: "",
  RedrivePolicy: "",
  SqsManagedSseEnabled: "true",
  VisibilityTimeout: "30",
} as const;

export const sqsQueue: ResourceType = resourceType({
  type: "AWS::SQS::Queue",
  attributes: ["Arn", "QueueName", "QueueUrl"],
  physicalName: {
    property: "QueueName",
    lengthMax: 75,
    adapt: (name, { FifoQueue }) => (String(FifoQueue) === "true" ? `${name}.fifo` : name),
  },
  properties: {
    ContentBasedDeduplication: changes(boolean),
    DeduplicationScope: changes(text),
    DelaySeconds: changes(number),
    FifoQueue: replaces(boolean),
    FifoThroughputLimit: changes(text),
    KmsDataKeyReusePeriodSeconds: changes(number),
    KmsMasterKeyId: changes(text),
    MaximumMessageSize: changes(number),
    MessageRetentionPeriod: changes(number),
    QueueName: replaces(text),
    ReceiveMessageWaitTimeSeconds: changes(number),
    RedriveAllowPolicy: changes(document),
    RedrivePolicy: changes(document),
    SqsManagedSseEnabled: changes(boolean),
    Tags: changes(tagList),
    VisibilityTimeout: changes(number),
  },
  exists: (ctx) => found(GONE, call(ctx, "sqs", "GetQueueUrl", { QueueName: ctx.name })),
  async create(ctx, properties) {
    const { QueueUrl: url } = await call(ctx, "sqs", "CreateQueue", {
      QueueName: ctx.name,
      Attributes: {
        ...attributeChange(ATTRIBUTE_DEFAULTS, {}, properties),
        ...(properties.FifoQueue ? { FifoQueue: "true" } : {}),
      },
      tags: tagsOf(ctx, properties.Tags),
    });
    return live(ctx, url ?? "");
  },
  async update(ctx, { physicalId: url }, properties, before) {
    const attributes = attributeChange(ATTRIBUTE_DEFAULTS, before, properties);
    if (Object.keys(attributes).length > 0) {
      await call(ctx, "sqs", "SetQueueAttributes", { QueueUrl: url, Attributes: attributes });
    }
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "sqs", "TagQueue", { QueueUrl: url, Tags: added }),
        untag: (keys) => call(ctx, "sqs", "UntagQueue", { QueueUrl: url, TagKeys: keys }),
      },
    );
    return live(ctx, url);
  },
  async delete(ctx, { physicalId: url }) {
    await unless(GONE, call(ctx, "sqs", "DeleteQueue", { QueueUrl: url }));
  },
});

function live(ctx: ResourceContext, url: string): LiveResource {
  const { region, accountId } = ctx.caller;
  const Arn = `arn:aws:sqs:${region}:${accountId}:${ctx.name}`;
  return { physicalId: url, attributes: { Arn, QueueName: ctx.name, QueueUrl: url } };
}
