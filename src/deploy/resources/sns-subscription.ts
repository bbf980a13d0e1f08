/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sns-subscription.html */
import { attributeChange } from "./attribute-properties.ts";
import { boolean, document, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

/** Properties that are attributes of the subscription, with the value of one taken away. */
const ATTRIBUTE_DEFAULTS = {
  DeliveryPolicy: "",
  FilterPolicy: "",
  FilterPolicyScope: "MessageAttributes",
  RawMessageDelivery: "false",
  RedrivePolicy: "",
  ReplayPolicy: "",
  SubscriptionRoleArn: "",
} as const;

export const snsSubscription: ResourceType = resourceType({
  type: "AWS::SNS::Subscription",
  attributes: ["Arn"],
  properties: {
    DeliveryPolicy: changes(document),
    Endpoint: replaces(text),
    FilterPolicy: changes(document),
    FilterPolicyScope: changes(text),
    Protocol: replaces(text),
    RawMessageDelivery: changes(boolean),
    RedrivePolicy: changes(document),
    ReplayPolicy: changes(document),
    SubscriptionRoleArn: changes(text),
    TopicArn: replaces(text),
  },
  required: ["Protocol", "TopicArn"],
  async create(ctx, properties) {
    const { Endpoint, Protocol, TopicArn } = properties;
    const Attributes = attributeChange(ATTRIBUTE_DEFAULTS, {}, properties);
    const { SubscriptionArn } = await call(ctx, "sns", "Subscribe", {
      TopicArn,
      Protocol,
      Endpoint,
      Attributes,
      ReturnSubscriptionArn: true,
    });
    const arn = SubscriptionArn ?? "";
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  async update(ctx, live, properties, before) {
    await setAttributes(
      ctx,
      live.physicalId,
      attributeChange(ATTRIBUTE_DEFAULTS, before, properties),
    );
    return live;
  },
  async delete(ctx, { physicalId: SubscriptionArn }) {
    await unless(
      ["NotFound", "NotFoundException"],
      call(ctx, "sns", "Unsubscribe", { SubscriptionArn }),
    );
  },
});

async function setAttributes(
  ctx: ResourceContext,
  SubscriptionArn: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
    await call(ctx, "sns", "SetSubscriptionAttributes", {
      SubscriptionArn,
      AttributeName,
      AttributeValue,
    });
  }
}
