/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html */
import { boolean, list, object, text } from "./property-shape.ts";
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

const parameters = list(
  object({ IsValueSecret: boolean, Key: text, Value: text }, ["Key", "Value"]),
);
const httpParameters = object({
  BodyParameters: parameters,
  HeaderParameters: parameters,
  QueryStringParameters: parameters,
});

const authParameters = object({
  ApiKeyAuthParameters: object({ ApiKeyName: text, ApiKeyValue: text }, [
    "ApiKeyName",
    "ApiKeyValue",
  ]),
  BasicAuthParameters: object({ Password: text, Username: text }, ["Password", "Username"]),
  InvocationHttpParameters: httpParameters,
  OAuthParameters: object(
    {
      AuthorizationEndpoint: text,
      ClientParameters: object({ ClientID: text, ClientSecret: text }, [
        "ClientID",
        "ClientSecret",
      ]),
      HttpMethod: text,
      OAuthHttpParameters: httpParameters,
    },
    ["AuthorizationEndpoint", "ClientParameters", "HttpMethod"],
  ),
});

export const eventsConnection: ResourceType = resourceType({
  type: "AWS::Events::Connection",
  attributes: ["Arn", "ArnForPolicy", "SecretArn"],
  physicalName: { property: "Name", lengthMax: 64 },
  properties: {
    AuthorizationType: changes(text),
    AuthParameters: changes(authParameters),
    Description: changes(text),
    KmsKeyIdentifier: changes(text),
    Name: replaces(text),
  },
  required: ["AuthorizationType", "AuthParameters"],
  exists: (ctx) => found(GONE, call(ctx, "events", "DescribeConnection", { Name: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await created(
      ctx,
      ["ResourceAlreadyExistsException"],
      call(ctx, "events", "CreateConnection", { ...properties, Name: ctx.name }),
    );
    return live(ctx);
  },
  async update(ctx, _, { Description = "", AuthParameters: given, ...properties }) {
    // What is left out of an update stays as it is, so what is gone from the template is emptied.
    const AuthParameters = { InvocationHttpParameters: {}, ...given };
    const input = { ...properties, AuthParameters, Description, Name: ctx.name };
    await call(ctx, "events", "UpdateConnection", input);
    return live(ctx);
  },
  async delete(ctx, { physicalId: Name }) {
    await unless(GONE, call(ctx, "events", "DeleteConnection", { Name }));
  },
});

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { ConnectionArn = "", SecretArn = "" } = await call(ctx, "events", "DescribeConnection", {
    Name: ctx.name,
  });
  const ArnForPolicy = ConnectionArn.split("/").slice(0, 2).join("/");
  return { physicalId: ctx.name, attributes: { Arn: ConnectionArn, ArnForPolicy, SecretArn } };
}
