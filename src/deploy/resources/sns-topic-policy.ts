/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sns-topicpolicy.html */
import { defaultTopicPolicy } from "../../languages/policy/default-topic-policy.ts";
import { document, list, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  resourceType,
  unless,
} from "./resource-type.ts";

export const snsTopicPolicy: ResourceType = resourceType({
  type: "AWS::SNS::TopicPolicy",
  attributes: ["Id"],
  properties: {
    PolicyDocument: changes(document),
    Topics: changes(list(text)),
  },
  required: ["PolicyDocument", "Topics"],
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await setPolicies(ctx, properties.Topics, () => properties.PolicyDocument);
    return { physicalId: ctx.name, attributes: { Id: ctx.name } };
  },
  async update(ctx, live, properties, before) {
    await setPolicies(ctx, properties.Topics, () => properties.PolicyDocument);
    await resetPolicies(
      ctx,
      before.Topics.filter((arn) => !properties.Topics.includes(arn)),
    );
    return live;
  },
  delete: (ctx, _, { Topics }) => resetPolicies(ctx, Topics),
});

async function setPolicies(
  ctx: ResourceContext,
  topics: readonly string[],
  policyOf: (topicArn: string) => string,
): Promise<void> {
  for (const TopicArn of topics) {
    const AttributeValue = policyOf(TopicArn);
    await call(ctx, "sns", "SetTopicAttributes", {
      TopicArn,
      AttributeName: "Policy",
      AttributeValue,
    });
  }
}

/** Topics go back to the policy they are born with. */
async function resetPolicies(ctx: ResourceContext, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    await unless(["NotFound", "NotFoundException"], setPolicies(ctx, [topic], defaultTopicPolicy));
  }
}
