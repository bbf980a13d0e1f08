/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-api.html */
import { isList, isObject, type ValueObject } from "../../languages/template/value.ts";
import type { Output } from "../../wire/operations.ts";
import { boolean, json, list, map, number, object, PropertyError, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  unless,
} from "./resource-type.ts";

type Api = Output<"apigatewayv2", "GetApi">;

const GONE = ["NotFoundException"];

/** Tags by which an API made in a run that was cut off is found again. AWS tags APIs alike. */
const STACK_TAG = "aws:cloudformation:stack-id";
const LOGICAL_TAG = "aws:cloudformation:logical-id";

export const apigatewayv2Api: ResourceType = resourceType({
  type: "AWS::ApiGatewayV2::Api",
  attributes: ["ApiEndpoint", "ApiId"],
  properties: {
    Body: changes(json),
    CorsConfiguration: changes(
      object({
        AllowCredentials: boolean,
        AllowHeaders: list(text),
        AllowMethods: list(text),
        AllowOrigins: list(text),
        ExposeHeaders: list(text),
        MaxAge: number,
      }),
    ),
    CredentialsArn: changes(text),
    Description: changes(text),
    DisableExecuteApiEndpoint: changes(boolean),
    FailOnWarnings: changes(boolean),
    Name: changes(text),
    ProtocolType: replaces(text),
    RouteKey: changes(text),
    RouteSelectionExpression: changes(text),
    Tags: changes(map(text)),
    Target: changes(text),
    Version: changes(text),
  },
  async create(ctx, properties) {
    const earlier = ctx.resumed ? await madeEarlier(ctx) : undefined;
    if (properties.Body !== undefined) {
      return importApi(ctx, properties, earlier);
    }
    const { Body: _, FailOnWarnings: __, Name, ProtocolType, Tags, ...rest } = properties;
    if (Name === undefined || ProtocolType === undefined) {
      throw new PropertyError("Name and ProtocolType, or Body, are required properties of an API");
    }
    const tags = { ...ownTags(ctx), ...ctx.stackTags, ...Tags };
    const api =
      earlier ??
      (await call(ctx, "apigatewayv2", "CreateApi", { ...rest, Name, ProtocolType, Tags: tags }));
    return live(api);
  },
  async update(ctx, { physicalId: ApiId }, properties, before) {
    if (properties.Body !== undefined) {
      return importApi(ctx, properties, { ApiId });
    }
    const { Body: _, FailOnWarnings: __, ProtocolType: ___, Tags, ...rest } = properties;
    const api = await call(ctx, "apigatewayv2", "UpdateApi", { ...rest, ApiId });
    if (rest.CorsConfiguration === undefined && before.CorsConfiguration !== undefined) {
      await unless(GONE, call(ctx, "apigatewayv2", "DeleteCorsConfiguration", { ApiId }));
    }
    const ResourceArn = apiArn(ctx, ApiId);
    await retag(
      ctx,
      { after: tagPairs(Tags ?? {}), before: tagPairs(before.Tags ?? {}) },
      {
        tag: (added) => call(ctx, "apigatewayv2", "TagResource", { ResourceArn, Tags: added }),
        untag: (keys) => call(ctx, "apigatewayv2", "UntagResource", { ResourceArn, TagKeys: keys }),
      },
    );
    return live(api);
  },
  async delete(ctx, { physicalId: ApiId }) {
    await unless(GONE, call(ctx, "apigatewayv2", "DeleteApi", { ApiId }));
  },
});

interface ImportProperties {
  readonly Body?: unknown;
  readonly CorsConfiguration?: Api["CorsConfiguration"];
  readonly Description?: string | undefined;
  readonly DisableExecuteApiEndpoint?: boolean | undefined;
  readonly FailOnWarnings?: boolean | undefined;
  readonly Name?: string | undefined;
  readonly Tags?: Readonly<Record<string, string>> | undefined;
  readonly Version?: string | undefined;
}

/** An OpenAPI definition; properties beside it win over what it says. */
async function importApi(
  ctx: ResourceContext,
  properties: ImportProperties,
  existing: { readonly ApiId?: string | undefined } | undefined,
): Promise<LiveResource> {
  const { FailOnWarnings } = properties;
  const Body = JSON.stringify(withTags(ctx, properties));
  const ApiId = existing?.ApiId;
  const api =
    ApiId === undefined
      ? await call(ctx, "apigatewayv2", "ImportApi", { Body, FailOnWarnings })
      : await call(ctx, "apigatewayv2", "ReimportApi", { ApiId, Body, FailOnWarnings });
  const { CorsConfiguration, Description, DisableExecuteApiEndpoint, Name, Version } = properties;
  const beside = { CorsConfiguration, Description, DisableExecuteApiEndpoint, Name, Version };
  if (Object.values(beside).some((value) => value !== undefined)) {
    const made = { ApiId: api.ApiId ?? "" };
    try {
      await call(ctx, "apigatewayv2", "UpdateApi", { ...made, ...beside });
    } catch (error) {
      if (ApiId === undefined) {
        await call(ctx, "apigatewayv2", "DeleteApi", made);
      }
      throw error;
    }
  }
  return live(api);
}

/** The definition with the tags of the stack and of the resource among its own. */
function withTags(ctx: ResourceContext, properties: ImportProperties): ValueObject {
  const { Body: body, Tags } = properties;
  const document = typeof body === "string" ? JSON.parse(body) : body;
  if (!isObject(document)) {
    throw new PropertyError("Body is not an OpenAPI definition");
  }
  const tags = { ...ownTags(ctx), ...ctx.stackTags, ...Tags };
  const written = isList(document["tags"]) ? document["tags"] : [];
  const added = Object.entries(tags).map(([name, value]) => ({
    name,
    "x-amazon-apigateway-tag-value": value,
  }));
  return { ...document, tags: [...written, ...added] };
}

function ownTags(ctx: ResourceContext): Readonly<Record<string, string>> {
  return { [STACK_TAG]: ctx.stackId, [LOGICAL_TAG]: ctx.logicalId };
}

async function madeEarlier(ctx: ResourceContext): Promise<Api | undefined> {
  let NextToken: string | undefined;
  do {
    const page = await call(ctx, "apigatewayv2", "GetApis", { NextToken });
    const found = (page.Items ?? []).find(
      ({ Tags }) => Tags?.[STACK_TAG] === ctx.stackId && Tags[LOGICAL_TAG] === ctx.logicalId,
    );
    if (found !== undefined) {
      return found;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return undefined;
}

function apiArn(ctx: ResourceContext, apiId: string): string {
  return `arn:aws:apigateway:${ctx.caller.region}::/apis/${apiId}`;
}

function live(api: Api): LiveResource {
  const ApiId = api.ApiId ?? "";
  return { physicalId: ApiId, attributes: { ApiId, ApiEndpoint: api.ApiEndpoint ?? "" } };
}
