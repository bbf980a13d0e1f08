/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-stage.html */
import type { Input } from "../../wire/operations.ts";
import { boolean, list, map, number, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

type Patch = NonNullable<Input<"apigateway", "UpdateStage">["patchOperations"]>[number];

const GONE = ["NotFoundException"];

const methodSetting = object({
  CachingEnabled: boolean,
  DataTraceEnabled: boolean,
  HttpMethod: text,
  LoggingLevel: text,
  MetricsEnabled: boolean,
  ResourcePath: text,
  ThrottlingBurstLimit: number,
  ThrottlingRateLimit: number,
});

type MethodSetting = ReturnType<typeof methodSetting>;

export const apigatewayStage: ResourceType = resourceType({
  type: "AWS::ApiGateway::Stage",
  physicalName: { property: "StageName", lengthMax: 128 },
  properties: {
    AccessLogSetting: changes(object({ DestinationArn: text, Format: text })),
    CacheClusterEnabled: changes(boolean),
    CacheClusterSize: changes(text),
    DeploymentId: changes(text),
    Description: changes(text),
    MethodSettings: changes(list(methodSetting)),
    RestApiId: replaces(text),
    StageName: replaces(text),
    Tags: changes(tagList),
    TracingEnabled: changes(boolean),
    Variables: changes(map(text)),
  },
  required: ["DeploymentId", "RestApiId"],
  exists: (ctx, { RestApiId: restApiId }) =>
    found(GONE, call(ctx, "apigateway", "GetStage", { restApiId, stageName: ctx.name })),
  async create(ctx, properties) {
    const { RestApiId: restApiId } = properties;
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "apigateway", "CreateStage", {
        restApiId,
        stageName: ctx.name,
        deploymentId: properties.DeploymentId,
        description: properties.Description,
        cacheClusterEnabled: properties.CacheClusterEnabled,
        cacheClusterSize: properties.CacheClusterSize,
        variables: properties.Variables,
        tracingEnabled: properties.TracingEnabled,
        tags: tagsOf(ctx, properties.Tags),
      }),
    );
    try {
      await patch(ctx, restApiId, [
        ...settingPatches(properties.MethodSettings ?? [], []),
        ...accessLogPatches(properties.AccessLogSetting),
      ]);
    } catch (error) {
      // A stage that nobody knows of would hold on to its deployment.
      await remove(ctx, restApiId, ctx.name);
      throw error;
    }
    return { physicalId: ctx.name, attributes: {} };
  },
  async update(ctx, live, properties, before) {
    const { RestApiId: restApiId } = properties;
    await patch(ctx, restApiId, [
      replaced("/deploymentId", properties.DeploymentId),
      replaced("/description", properties.Description ?? ""),
      replaced("/tracingEnabled", String(properties.TracingEnabled ?? false)),
      replaced("/cacheClusterEnabled", String(properties.CacheClusterEnabled ?? false)),
      ...variablePatches(properties.Variables ?? {}, before.Variables ?? {}),
      ...settingPatches(properties.MethodSettings ?? [], before.MethodSettings ?? []),
      ...(properties.AccessLogSetting === undefined && before.AccessLogSetting !== undefined
        ? [{ op: "remove", path: "/accessLogSettings" }]
        : accessLogPatches(properties.AccessLogSetting)),
    ]);
    const resourceArn = `arn:aws:apigateway:${ctx.caller.region}::/restapis/${restApiId}/stages/${ctx.name}`;
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (tags) => call(ctx, "apigateway", "TagResource", { resourceArn, tags }),
        untag: (tagKeys) => call(ctx, "apigateway", "UntagResource", { resourceArn, tagKeys }),
      },
    );
    return live;
  },
  async delete(ctx, { physicalId: stageName }, { RestApiId: restApiId }) {
    await remove(ctx, restApiId, stageName);
  },
});

async function remove(ctx: ResourceContext, restApiId: string, stageName: string): Promise<void> {
  await unless(GONE, call(ctx, "apigateway", "DeleteStage", { restApiId, stageName }));
}

async function patch(
  ctx: ResourceContext,
  restApiId: string,
  patchOperations: readonly Patch[],
): Promise<void> {
  if (patchOperations.length > 0) {
    await call(ctx, "apigateway", "UpdateStage", {
      restApiId,
      stageName: ctx.name,
      patchOperations,
    });
  }
}

function replaced(path: string, value: string): Patch {
  return { op: "replace", path, value };
}

function accessLogPatches(
  setting:
    | { readonly DestinationArn?: string | undefined; readonly Format?: string | undefined }
    | undefined,
): readonly Patch[] {
  const { DestinationArn, Format } = setting ?? {};
  return [
    ...(DestinationArn === undefined
      ? []
      : [replaced("/accessLogSettings/destinationArn", DestinationArn)]),
    ...(Format === undefined ? [] : [replaced("/accessLogSettings/format", Format)]),
  ];
}

type Texts = Readonly<Record<string, string>>;

function variablePatches(after: Texts, before: Texts): readonly Patch[] {
  return [
    ...Object.keys(before)
      .filter((name) => after[name] === undefined)
      .map((name) => ({ op: "remove", path: `/variables/${name}` })),
    ...Object.entries(after).map(([name, value]) => replaced(`/variables/${name}`, value)),
  ];
}

const PATHS = {
  CachingEnabled: "caching/enabled",
  DataTraceEnabled: "logging/dataTrace",
  LoggingLevel: "logging/loglevel",
  MetricsEnabled: "metrics/enabled",
  ThrottlingBurstLimit: "throttling/burstLimit",
  ThrottlingRateLimit: "throttling/rateLimit",
} as const;

function settingPatches(
  after: readonly MethodSetting[],
  before: readonly MethodSetting[],
): readonly Patch[] {
  const kept = new Set(after.map(placeOf));
  const removed = before
    .map(placeOf)
    .filter((place) => !kept.has(place))
    .map((place) => ({ op: "remove", path: `/${place}` }));
  const set = after.flatMap((setting) =>
    (Object.keys(PATHS) as (keyof typeof PATHS)[]).flatMap((name) =>
      setting[name] === undefined
        ? []
        : [replaced(`/${placeOf(setting)}/${PATHS[name]}`, String(setting[name]))],
    ),
  );
  return [...removed, ...set];
}

/** `/*` stands for every resource, as does `*`. */
function placeOf({ ResourcePath = "/*", HttpMethod = "*" }: MethodSetting): string {
  const path = ResourcePath === "/*" ? "*" : ResourcePath.replaceAll("~1", "/");
  return `${path.replaceAll("/", "~1")}/${HttpMethod}`;
}
