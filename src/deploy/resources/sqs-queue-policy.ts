/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queuepolicy.html */
import { document, list, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  resourceType,
  unless,
} from "./resource-type.ts";

export const sqsQueuePolicy: ResourceType = resourceType({
  type: "AWS::SQS::QueuePolicy",
  attributes: ["Id"],
  properties: {
    PolicyDocument: changes(document),
    Queues: changes(list(text)),
  },
  required: ["PolicyDocument", "Queues"],
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await setPolicy(ctx, properties.Queues, properties.PolicyDocument);
    return { physicalId: ctx.name, attributes: { Id: ctx.name } };
  },
  async update(ctx, live, properties, before) {
    await setPolicy(ctx, properties.Queues, properties.PolicyDocument);
    const dropped = before.Queues.filter((url) => !properties.Queues.includes(url));
    await clearPolicy(ctx, dropped);
    return live;
  },
  delete: (ctx, _, { Queues }) => clearPolicy(ctx, Queues),
});

async function setPolicy(
  ctx: ResourceContext,
  urls: readonly string[],
  Policy: string,
): Promise<void> {
  for (const QueueUrl of urls) {
    await call(ctx, "sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
  }
}

function clearPolicy(ctx: ResourceContext, urls: readonly string[]): Promise<void> {
  const gone = ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"];
  return unless(gone, setPolicy(ctx, urls, "")) as Promise<void>;
}
