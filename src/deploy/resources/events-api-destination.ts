/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html */
import { number, text } from "./property-shape.ts";
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
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

/** Requests a second, when nothing is said. */
const RATE_DEFAULT = 300;

export const eventsApiDestination: ResourceType = resourceType({
  type: "AWS::Events::ApiDestination",
  attributes: ["Arn", "ArnForPolicy"],
  physicalName: { property: "Name", lengthMax: 64 },
  properties: {
    ConnectionArn: changes(text),
    Description: changes(text),
    HttpMethod: changes(text),
    InvocationEndpoint: changes(text),
    InvocationRateLimitPerSecond: changes(number),
    Name: replaces(text),
  },
  required: ["ConnectionArn", "HttpMethod", "InvocationEndpoint"],
  exists: (ctx) => found(GONE, call(ctx, "events", "DescribeApiDestination", { Name: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await created(
      ctx,
      ["ResourceAlreadyExistsException"],
      call(ctx, "events", "CreateApiDestination", { ...properties, Name: ctx.name }),
    );
    return live(ctx);
  },
  async update(ctx, _, properties) {
    const { Description = "", InvocationRateLimitPerSecond = RATE_DEFAULT, ...rest } = properties;
    const input = { ...rest, Description, InvocationRateLimitPerSecond, Name: ctx.name };
    await call(ctx, "events", "UpdateApiDestination", input);
    return live(ctx);
  },
  async delete(ctx, { physicalId: Name }) {
    await unless(GONE, call(ctx, "events", "DeleteApiDestination", { Name }));
  },
});

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { ApiDestinationArn = "" } = await call(ctx, "events", "DescribeApiDestination", {
    Name: ctx.name,
  });
  const ArnForPolicy = ApiDestinationArn.split("/").slice(0, 2).join("/");
  return { physicalId: ctx.name, attributes: { Arn: ApiDestinationArn, ArnForPolicy } };
}
