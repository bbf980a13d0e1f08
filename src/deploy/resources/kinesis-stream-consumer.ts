/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kinesis-streamconsumer.html */
import { tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
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
import { waitUntil } from "./wait.ts";

const GONE = ["ResourceNotFoundException"];

interface Names {
  readonly ConsumerName: string;
  readonly StreamARN: string;
}

export const kinesisStreamConsumer: ResourceType = resourceType({
  type: "AWS::Kinesis::StreamConsumer",
  attributes: [
    "ConsumerARN",
    "ConsumerCreationTimestamp",
    "ConsumerName",
    "ConsumerStatus",
    "StreamARN",
  ],
  properties: {
    ConsumerName: replaces(text),
    StreamARN: replaces(text),
    Tags: changes(tagList),
  },
  required: ["ConsumerName", "StreamARN"],
  async create(ctx, properties) {
    const names = namesOf(properties);
    const tags = tagsOf(ctx, properties.Tags);
    await created(
      ctx,
      ["ResourceInUseException"],
      call(ctx, "kinesis", "RegisterStreamConsumer", {
        ...names,
        // A map of tags is refused when it is empty.
        Tags: Object.keys(tags).length === 0 ? undefined : tags,
      }),
    );
    return active(ctx, names);
  },
  async update(ctx, live, properties, before) {
    const ResourceARN = live.physicalId;
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "kinesis", "TagResource", { ResourceARN, Tags: added }),
        untag: (keys) => call(ctx, "kinesis", "UntagResource", { ResourceARN, TagKeys: keys }),
      },
    );
    return live;
  },
  identify: (_, { ConsumerName }) => ConsumerName,
  async delete(ctx, _, properties) {
    const names = namesOf(properties);
    await unless(GONE, call(ctx, "kinesis", "DeregisterStreamConsumer", names));
    await waitUntil(ctx, `consumer ${names.ConsumerName} to be gone`, async () => {
      const isThere = await found(GONE, call(ctx, "kinesis", "DescribeStreamConsumer", names));
      return isThere ? undefined : true;
    });
  },
});

function namesOf({ ConsumerName, StreamARN }: Names): Names {
  return { ConsumerName, StreamARN };
}

function active(ctx: ResourceContext, names: Names): Promise<LiveResource> {
  return waitUntil(ctx, `consumer ${names.ConsumerName} to be active`, async () => {
    const { ConsumerDescription: consumer } = await call(
      ctx,
      "kinesis",
      "DescribeStreamConsumer",
      names,
    );
    if (consumer.ConsumerStatus !== "ACTIVE") {
      return undefined;
    }
    const { ConsumerARN, ConsumerCreationTimestamp: createdAt } = consumer;
    return {
      physicalId: ConsumerARN,
      attributes: {
        ...names,
        ConsumerARN,
        ConsumerStatus: consumer.ConsumerStatus,
        ConsumerCreationTimestamp: String(Math.floor(createdAt.getTime() / 1000)),
      },
    };
  });
}
