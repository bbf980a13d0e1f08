/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-layerversion.html */
import { createHash } from "node:crypto";
import { list, object, text } from "./property-shape.ts";
import {
  call,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
} from "./resource-type.ts";

const content = object(
  { S3Bucket: text, S3Key: text, S3ObjectStorageMode: text, S3ObjectVersion: text },
  ["S3Bucket", "S3Key"],
);

export const lambdaLayerVersion: ResourceType = resourceType({
  type: "AWS::Lambda::LayerVersion",
  attributes: ["LayerVersionArn"],
  physicalName: { property: "LayerName", lengthMax: 140 },
  properties: {
    CompatibleArchitectures: replaces(list(text)),
    CompatibleRuntimes: replaces(list(text)),
    Content: replaces(content),
    Description: replaces(text),
    LayerName: replaces(text),
    LicenseInfo: replaces(text),
  },
  required: ["Content"],
  async create(ctx, properties) {
    const earlier = ctx.resumed ? await madeEarlier(ctx, properties.Content) : undefined;
    const LayerVersionArn =
      earlier ??
      (await call(ctx, "lambda", "PublishLayerVersion", { ...properties, LayerName: ctx.name }))
        .LayerVersionArn ??
      "";
    return { physicalId: LayerVersionArn, attributes: { LayerVersionArn } };
  },
  async delete(ctx, { physicalId }) {
    const [, LayerName = "", number = ""] = /:layer:([^:]+):([0-9]+)$/.exec(physicalId) ?? [];
    if (LayerName !== "") {
      await call(ctx, "lambda", "DeleteLayerVersion", {
        LayerName,
        VersionNumber: Number(number),
      });
    }
  },
});

/** The newest version, if it has this content: the run that was cut off has published it. */
async function madeEarlier(
  ctx: ResourceContext,
  source: ReturnType<typeof content>,
): Promise<string | undefined> {
  const { LayerVersions = [] } = await call(ctx, "lambda", "ListLayerVersions", {
    LayerName: ctx.name,
  });
  const [newest] = LayerVersions;
  if (newest?.Version === undefined) {
    return undefined;
  }
  const { Content } = await call(ctx, "lambda", "GetLayerVersion", {
    LayerName: ctx.name,
    VersionNumber: newest.Version,
  });
  const { Body } = await call(ctx, "s3", "GetObject", {
    Bucket: source.S3Bucket,
    Key: source.S3Key,
    VersionId: source.S3ObjectVersion,
  });
  const hash = createHash("sha256");
  for await (const chunk of Body ?? []) {
    hash.update(typeof chunk === "number" ? Uint8Array.of(chunk) : chunk);
  }
  return Content?.CodeSha256 === hash.digest("base64") ? newest.LayerVersionArn : undefined;
}
