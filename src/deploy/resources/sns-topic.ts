/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sns-topic.html */
import { attributeChange } from "./attribute-properties.ts";
import { boolean, document, list, object, PropertyError, tagList, text } from "./property-shape.ts";
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
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["NotFound", "NotFoundException"];

/** Properties that are topic attributes of the same name, with the value of one taken away. */
const ATTRIBUTE_DEFAULTS = {
  ArchivePolicy: "{}",
  ContentBasedDeduplication: "false",
  DisplayName: "",
  FifoThroughputScope: "Topic",
  KmsMasterKeyId: "",
  SignatureVersion: "1",
  TracingConfig: "PassThrough",
} as const;

const loggingConfig = object(
  {
    FailureFeedbackRoleArn: text,
    Protocol: text,
    SuccessFeedbackRoleArn: text,
    SuccessFeedbackSampleRate: text,
  },
  ["Protocol"],
);

type LoggingConfig = ReturnType<typeof loggingConfig>;

/** How the attributes of a protocol begin. */
const LOGGED_PROTOCOLS: Readonly<Record<string, string>> = {
  "http/s": "HTTP",
  sqs: "SQS",
  lambda: "Lambda",
  firehose: "Firehose",
  application: "Application",
};

/** Delivery status logging as the topic attributes have it. */
function loggingAttributes(
  configs: readonly LoggingConfig[] | undefined,
): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const { Protocol, ...values } of configs ?? []) {
    const prefix = LOGGED_PROTOCOLS[Protocol];
    if (prefix === undefined) {
      throw new PropertyError(`${Protocol} is no protocol of DeliveryStatusLogging`);
    }
    for (const [name, value] of Object.entries(values)) {
      attributes[`${prefix}${name}`] = value ?? "";
    }
  }
  return attributes;
}

/** What was there and is no longer becomes empty, which takes it away. */
function loggingChange(
  before: readonly LoggingConfig[] | undefined,
  after: readonly LoggingConfig[] | undefined,
): Readonly<Record<string, string>> {
  const [old, next] = [loggingAttributes(before), loggingAttributes(after)];
  const gone = Object.keys(old).filter((name) => !(name in next));
  const changed = Object.entries(next).filter(([name, value]) => old[name] !== value);
  return Object.fromEntries([...gone.map((name) => [name, ""]), ...changed]);
}

export const snsTopic: ResourceType = resourceType({
  type: "AWS::SNS::Topic",
  attributes: ["TopicArn", "TopicName"],
  physicalName: {
    property: "TopicName",
    lengthMax: 251,
    adapt: (name, { FifoTopic }) => (String(FifoTopic) === "true" ? `${name}.fifo` : name),
  },
  properties: {
    ArchivePolicy: changes(document),
    ContentBasedDeduplication: changes(boolean),
    DeliveryStatusLogging: changes(list(loggingConfig)),
    DisplayName: changes(text),
    FifoThroughputScope: changes(text),
    FifoTopic: replaces(boolean),
    KmsMasterKeyId: changes(text),
    SignatureVersion: changes(text),
    Subscription: changes(
      list(object({ Endpoint: text, Protocol: text }, ["Endpoint", "Protocol"])),
    ),
    Tags: changes(tagList),
    TopicName: replaces(text),
    TracingConfig: changes(text),
  },
  exists: (ctx) => found(GONE, call(ctx, "sns", "GetTopicAttributes", { TopicArn: arnOf(ctx) })),
  identify: (ctx) => arnOf(ctx),
  async create(ctx, properties) {
    await call(ctx, "sns", "CreateTopic", {
      Name: ctx.name,
      Attributes: {
        ...attributeChange(ATTRIBUTE_DEFAULTS, {}, properties),
        ...loggingAttributes(properties.DeliveryStatusLogging),
        ...(properties.FifoTopic ? { FifoTopic: "true" } : {}),
      },
      Tags: tagPairs(tagsOf(ctx, properties.Tags)),
    });
    await subscribe(ctx, properties.Subscription ?? []);
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    const TopicArn = arnOf(ctx);
    const attributes = {
      ...attributeChange(ATTRIBUTE_DEFAULTS, before, properties),
      ...loggingChange(before.DeliveryStatusLogging, properties.DeliveryStatusLogging),
    };
    for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
      await call(ctx, "sns", "SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
    }
    await subscribe(ctx, properties.Subscription ?? []);
    await unsubscribe(ctx, before.Subscription ?? [], properties.Subscription ?? []);
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) =>
          call(ctx, "sns", "TagResource", { ResourceArn: TopicArn, Tags: tagPairs(added) }),
        untag: (keys) =>
          call(ctx, "sns", "UntagResource", {
            ResourceArn: TopicArn,
            TagKeys: keys,
          }),
      },
    );
    return live(ctx);
  },
  async delete(ctx, { physicalId: TopicArn }, { Subscription }) {
    await unless(GONE, unsubscribe(ctx, Subscription ?? [], []));
    await unless(GONE, call(ctx, "sns", "DeleteTopic", { TopicArn }));
  },
});

interface Endpoint {
  readonly Endpoint: string;
  readonly Protocol: string;
}

/** Subscribing again gives the subscription there is. */
async function subscribe(ctx: ResourceContext, endpoints: readonly Endpoint[]): Promise<void> {
  for (const endpoint of endpoints) {
    await call(ctx, "sns", "Subscribe", { TopicArn: arnOf(ctx), ...endpoint });
  }
}

async function unsubscribe(
  ctx: ResourceContext,
  before: readonly Endpoint[],
  after: readonly Endpoint[],
): Promise<void> {
  const idOf = (endpoint: Partial<Endpoint>): string => `${endpoint.Protocol} ${endpoint.Endpoint}`;
  const kept = new Set(after.map(idOf));
  const dropped = new Set(before.map(idOf).filter((id) => !kept.has(id)));
  if (dropped.size === 0) {
    return;
  }
  let NextToken: string | undefined;
  do {
    const page = await call(ctx, "sns", "ListSubscriptionsByTopic", {
      TopicArn: arnOf(ctx),
      NextToken,
    });
    for (const subscription of page.Subscriptions ?? []) {
      const { SubscriptionArn } = subscription;
      const isArn = SubscriptionArn?.startsWith("arn:") === true;
      if (SubscriptionArn !== undefined && isArn && dropped.has(idOf(subscription as Endpoint))) {
        await call(ctx, "sns", "Unsubscribe", { SubscriptionArn });
      }
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

function arnOf(ctx: ResourceContext): string {
  return `arn:aws:sns:${ctx.caller.region}:${ctx.caller.accountId}:${ctx.name}`;
}

function live(ctx: ResourceContext): LiveResource {
  const arn = arnOf(ctx);
  return { physicalId: arn, attributes: { TopicArn: arn, TopicName: ctx.name } };
}
