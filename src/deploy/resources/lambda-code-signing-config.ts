/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-codesigningconfig.html */
import type { Output } from "../../wire/operations.ts";
import { list, object, tagList, text } from "./property-shape.ts";
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

type Config = NonNullable<Output<"lambda", "GetCodeSigningConfig">["CodeSigningConfig"]>;

const GONE = ["ResourceNotFoundException"];

export const lambdaCodeSigningConfig: ResourceType = resourceType({
  type: "AWS::Lambda::CodeSigningConfig",
  attributes: ["CodeSigningConfigArn", "CodeSigningConfigId"],
  properties: {
    AllowedPublishers: changes(
      object({ SigningProfileVersionArns: list(text) }, ["SigningProfileVersionArns"]),
    ),
    CodeSigningPolicies: changes(
      object({ UntrustedArtifactOnDeployment: text }, ["UntrustedArtifactOnDeployment"]),
    ),
    Description: changes(text),
    Tags: changes(tagList),
  },
  required: ["AllowedPublishers"],
  async create(ctx, { Tags, ...settings }) {
    const earlier = ctx.resumed ? await madeEarlier(ctx, settings) : undefined;
    const config =
      earlier ??
      (
        await call(ctx, "lambda", "CreateCodeSigningConfig", {
          ...settings,
          Tags: tagsOf(ctx, Tags),
        })
      ).CodeSigningConfig;
    return live(config);
  },
  async update(ctx, { physicalId }, { Tags, ...settings }, before) {
    const { CodeSigningConfig } = await call(ctx, "lambda", "UpdateCodeSigningConfig", {
      CodeSigningConfigArn: physicalId,
      Description: "",
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Warn" },
      ...settings,
    });
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "lambda", "TagResource", { Resource: physicalId, Tags: added }),
        untag: (keys) =>
          call(ctx, "lambda", "UntagResource", { Resource: physicalId, TagKeys: keys }),
      },
    );
    return live(CodeSigningConfig);
  },
  async delete(ctx, { physicalId }) {
    await unless(
      GONE,
      call(ctx, "lambda", "DeleteCodeSigningConfig", { CodeSigningConfigArn: physicalId }),
    );
  },
});

/** The newest with the same settings: such a configuration has no name of its own. */
async function madeEarlier(
  ctx: ResourceContext,
  settings: {
    readonly AllowedPublishers: { readonly SigningProfileVersionArns: readonly string[] };
    readonly Description?: string | undefined;
  },
): Promise<Config | undefined> {
  const { CodeSigningConfigs = [] } = await call(ctx, "lambda", "ListCodeSigningConfigs", {});
  const publishers = JSON.stringify(settings.AllowedPublishers.SigningProfileVersionArns);
  return CodeSigningConfigs.find(
    ({ Description, AllowedPublishers }) =>
      Description === (settings.Description ?? "") &&
      JSON.stringify(AllowedPublishers.SigningProfileVersionArns) === publishers,
  );
}

function live({ CodeSigningConfigArn, CodeSigningConfigId }: Config): LiveResource {
  return {
    physicalId: CodeSigningConfigArn,
    attributes: { CodeSigningConfigArn, CodeSigningConfigId },
  };
}
