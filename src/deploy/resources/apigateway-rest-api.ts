/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-restapi.html */
import { utf8Encode } from "../../base/bytes.ts";
import { isObject, type Value } from "../../languages/template/value.ts";
import type { Input, Output } from "../../wire/operations.ts";
import {
  boolean,
  json,
  list,
  map,
  number,
  object,
  PropertyError,
  tagList,
  text,
} from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

type RestApi = Output<"apigateway", "GetRestApi">;
type Patches = NonNullable<Input<"apigateway", "UpdateRestApi">["patchOperations"]>;

const GONE = ["NotFoundException"];

/** Tags by which an API made in a run that was cut off is found again. AWS tags APIs alike. */
const STACK_TAG = "aws:cloudformation:stack-id";
const LOGICAL_TAG = "aws:cloudformation:logical-id";

const properties = {
  ApiKeySourceType: changes(text),
  BinaryMediaTypes: changes(list(text)),
  Body: changes(json),
  BodyS3Location: changes(object({ Bucket: text, Key: text, Version: text, ETag: text })),
  CloneFrom: changes(text),
  Description: changes(text),
  DisableExecuteApiEndpoint: changes(boolean),
  EndpointConfiguration: changes(
    object({ IpAddressType: text, Types: list(text), VpcEndpointIds: list(text) }),
  ),
  FailOnWarnings: changes(boolean),
  MinimumCompressionSize: changes(number),
  Mode: changes(text),
  Name: changes(text),
  Parameters: changes(map(text)),
  Policy: changes(json),
  Tags: changes(tagList),
};

interface Properties {
  readonly ApiKeySourceType?: string | undefined;
  readonly BinaryMediaTypes?: readonly string[] | undefined;
  readonly Body?: Value | undefined;
  readonly BodyS3Location?:
    | {
        readonly Bucket?: string | undefined;
        readonly Key?: string | undefined;
        readonly Version?: string | undefined;
      }
    | undefined;
  readonly CloneFrom?: string | undefined;
  readonly Description?: string | undefined;
  readonly DisableExecuteApiEndpoint?: boolean | undefined;
  readonly EndpointConfiguration?:
    | {
        readonly IpAddressType?: string | undefined;
        readonly Types?: readonly string[] | undefined;
        readonly VpcEndpointIds?: readonly string[] | undefined;
      }
    | undefined;
  readonly FailOnWarnings?: boolean | undefined;
  readonly MinimumCompressionSize?: number | undefined;
  readonly Mode?: string | undefined;
  readonly Name?: string | undefined;
  readonly Parameters?: Readonly<Record<string, string>> | undefined;
  readonly Policy?: Value | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

export const apigatewayRestApi: ResourceType = resourceType({
  type: "AWS::ApiGateway::RestApi",
  attributes: ["RestApiId", "RootResourceId"],
  properties,
  check(given) {
    if (
      given.Name === undefined &&
      given.Body === undefined &&
      given.BodyS3Location === undefined
    ) {
      throw new PropertyError("Name, or a definition in Body or BodyS3Location, is required");
    }
    const { Types = [], VpcEndpointIds = [] } = given.EndpointConfiguration ?? {};
    if (Types.includes("PRIVATE") || VpcEndpointIds.length > 0) {
      const feature = VpcEndpointIds.length > 0 ? "VpcEndpointIds" : "type PRIVATE";
      throw new PropertyError(
        `Millrace does not support ${feature} in EndpointConfiguration of AWS::ApiGateway::RestApi`,
      );
    }
    // The Serverless Framework writes an empty one where there is none.
    if (given.Policy !== undefined && given.Policy !== "") {
      throw new PropertyError(
        "Millrace does not support property Policy of AWS::ApiGateway::RestApi",
      );
    }
  },
  async create(ctx, given) {
    const api = (ctx.resumed ? await madeEarlier(ctx) : undefined) ?? (await made(ctx, given));
    const restApiId = api.id ?? "";
    try {
      return live(await configured(ctx, restApiId, given));
    } catch (error) {
      await unless(GONE, call(ctx, "apigateway", "DeleteRestApi", { restApiId }));
      throw error;
    }
  },
  async update(ctx, { physicalId }, given, before) {
    const api = await configured(ctx, physicalId, given);
    const resourceArn = apiArn(ctx, physicalId);
    await retag(
      ctx,
      { after: given.Tags, before: before.Tags },
      {
        tag: (tags) => call(ctx, "apigateway", "TagResource", { resourceArn, tags }),
        untag: (tagKeys) => call(ctx, "apigateway", "UntagResource", { resourceArn, tagKeys }),
      },
    );
    return live(api);
  },
  async delete(ctx, { physicalId: restApiId }) {
    await unless(GONE, call(ctx, "apigateway", "DeleteRestApi", { restApiId }));
  },
});

/** An empty one: the definition follows, over what is there. */
function made(ctx: ResourceContext, given: Properties): Promise<RestApi> {
  const endpoint = given.EndpointConfiguration;
  return call(ctx, "apigateway", "CreateRestApi", {
    name: given.Name ?? titleOf(given.Body) ?? ctx.logicalId,
    cloneFrom: given.CloneFrom,
    endpointConfiguration: endpoint && {
      types: endpoint.Types,
      vpcEndpointIds: endpoint.VpcEndpointIds,
      ipAddressType: endpoint.IpAddressType,
    },
    tags: {
      ...tagsOf(ctx, given.Tags),
      [STACK_TAG]: ctx.stackId,
      [LOGICAL_TAG]: ctx.logicalId,
    },
  });
}

function titleOf(body: Value | undefined): string | undefined {
  const info = isObject(body) ? body["info"] : undefined;
  const title = isObject(info) ? info["title"] : undefined;
  return typeof title === "string" ? title : undefined;
}

/** The definition first, then what properties say beside it. */
async function configured(
  ctx: ResourceContext,
  restApiId: string,
  given: Properties,
): Promise<RestApi> {
  const body = await bodyOf(ctx, given);
  if (body !== undefined) {
    await call(ctx, "apigateway", "PutRestApi", {
      restApiId,
      mode: given.Mode ?? "overwrite",
      failOnWarnings: given.FailOnWarnings,
      parameters: given.Parameters,
      body,
    });
  }
  const now = await call(ctx, "apigateway", "GetRestApi", { restApiId });
  const patchOperations = patchesOf(now, given);
  return patchOperations.length === 0
    ? now
    : call(ctx, "apigateway", "UpdateRestApi", { restApiId, patchOperations });
}

async function bodyOf(ctx: ResourceContext, given: Properties): Promise<Uint8Array | undefined> {
  const { Body, BodyS3Location: place } = given;
  if (Body !== undefined) {
    return utf8Encode(typeof Body === "string" ? Body : JSON.stringify(Body));
  }
  if (place === undefined) {
    return undefined;
  }
  const { Bucket = "", Key = "", Version } = place;
  const { Body: stored } = await call(ctx, "s3", "GetObject", { Bucket, Key, VersionId: Version });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stored ?? []) {
    chunks.push(typeof chunk === "number" ? Uint8Array.of(chunk) : chunk);
  }
  return Buffer.concat(chunks);
}

function patchesOf(now: RestApi, given: Properties): Patches {
  const patches: { op: string; path: string; value?: string }[] = [];
  const set = (path: string, before: unknown, after: unknown): void => {
    if (after !== undefined && String(before) !== String(after)) {
      patches.push({ op: "replace", path, value: String(after) });
    }
  };
  set("/name", now.name, given.Name);
  set("/description", now.description, given.Description);
  set("/apiKeySource", now.apiKeySource, given.ApiKeySourceType);
  set("/disableExecuteApiEndpoint", now.disableExecuteApiEndpoint, given.DisableExecuteApiEndpoint);
  set("/minimumCompressionSize", now.minimumCompressionSize, given.MinimumCompressionSize);
  const [type] = given.EndpointConfiguration?.Types ?? [];
  const before = now.endpointConfiguration?.types?.[0] ?? "EDGE";
  set(`/endpointConfiguration/types/${before}`, before, type);
  const media = now.binaryMediaTypes ?? [];
  for (const added of (given.BinaryMediaTypes ?? []).filter((one) => !media.includes(one))) {
    patches.push({ op: "add", path: `/binaryMediaTypes/${added.replaceAll("/", "~1")}` });
  }
  return patches;
}

async function madeEarlier(ctx: ResourceContext): Promise<RestApi | undefined> {
  let position: string | undefined;
  do {
    const page = await call(ctx, "apigateway", "GetRestApis", { position });
    const found = (page.items ?? []).find(
      ({ tags }) => tags?.[STACK_TAG] === ctx.stackId && tags[LOGICAL_TAG] === ctx.logicalId,
    );
    if (found !== undefined) {
      return found;
    }
    position = page.position;
  } while (position !== undefined);
  return undefined;
}

function apiArn(ctx: ResourceContext, restApiId: string): string {
  return `arn:aws:apigateway:${ctx.caller.region}::/restapis/${restApiId}`;
}

function live({ id = "", rootResourceId = "" }: RestApi): LiveResource {
  return { physicalId: id, attributes: { RestApiId: id, RootResourceId: rootResourceId } };
}
