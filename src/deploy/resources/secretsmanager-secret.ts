/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html */
import { parseJsonObject } from "../../base/json.ts";
import {
  boolean,
  list,
  number,
  type ObjectOf,
  object,
  PropertyError,
  tagList,
  text,
} from "./property-shape.ts";
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
  type TagList,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

const generation = {
  ExcludeCharacters: text,
  ExcludeLowercase: boolean,
  ExcludeNumbers: boolean,
  ExcludePunctuation: boolean,
  ExcludeUppercase: boolean,
  GenerateStringKey: text,
  IncludeSpace: boolean,
  PasswordLength: number,
  RequireEachIncludedType: boolean,
  SecretStringTemplate: text,
};

const replica = object({ KmsKeyId: text, Region: text }, ["Region"]);

interface Properties {
  readonly Description?: string | undefined;
  readonly GenerateSecretString?: Generation | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly ReplicaRegions?: readonly ReturnType<typeof replica>[] | undefined;
  readonly SecretString?: string | undefined;
  readonly Tags?: TagList | undefined;
}

type Generation = ObjectOf<typeof generation>;

export const secretsManagerSecret: ResourceType = resourceType({
  type: "AWS::SecretsManager::Secret",
  attributes: ["Id"],
  physicalName: { property: "Name", lengthMax: 512 },
  properties: {
    Description: changes(text),
    GenerateSecretString: changes(object(generation)),
    KmsKeyId: changes(text),
    Name: replaces(text),
    ReplicaRegions: changes(list(replica)),
    SecretString: changes(text),
    Tags: changes(tagList),
  },
  check: checkValue,
  exists: (ctx) =>
    found(GONE, call(ctx, "secretsmanager", "DescribeSecret", { SecretId: ctx.name })),
  create,
  update,
  async delete(ctx, { physicalId: SecretId }, { ReplicaRegions = [] }) {
    const regions = ReplicaRegions.map(({ Region }) => Region);
    if (regions.length > 0) {
      await unless([...GONE, "InvalidParameterException"], unreplicate(ctx, SecretId, regions));
    }
    await unless(
      GONE,
      call(ctx, "secretsmanager", "DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true }),
    );
  },
});

function checkValue({ GenerateSecretString: generated, SecretString }: Properties): void {
  if (generated !== undefined && SecretString !== undefined) {
    throw new PropertyError("You can't specify both GenerateSecretString and SecretString.");
  }
  const { GenerateStringKey: key, SecretStringTemplate: template } = generated ?? {};
  if ((key === undefined) !== (template === undefined)) {
    throw new PropertyError("You must specify both GenerateStringKey and SecretStringTemplate.");
  }
  if (template !== undefined) {
    templateOf(template);
  }
}

async function create(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  const SecretId = ctx.name;
  const present = ctx.resumed
    ? await unless(GONE, call(ctx, "secretsmanager", "DescribeSecret", { SecretId }))
    : undefined;
  if (present?.ARN !== undefined) {
    return live(present.ARN);
  }
  const { Description, KmsKeyId, ReplicaRegions, Tags } = properties;
  const { ARN = "" } = await call(ctx, "secretsmanager", "CreateSecret", {
    Name: ctx.name,
    Description,
    KmsKeyId,
    AddReplicaRegions: ReplicaRegions?.length === 0 ? undefined : ReplicaRegions,
    SecretString: await secretValueOf(ctx, properties),
    Tags: tagPairs(tagsOf(ctx, Tags)),
  });
  return live(ARN);
}

/** A value is generated anew only when it is to be generated in another way. */
async function update(
  ctx: ResourceContext,
  resource: LiveResource,
  after: Properties,
  before: Properties,
): Promise<LiveResource> {
  const { physicalId: SecretId } = resource;
  const isSame =
    after.SecretString === before.SecretString &&
    JSON.stringify(after.GenerateSecretString) === JSON.stringify(before.GenerateSecretString);
  await call(ctx, "secretsmanager", "UpdateSecret", {
    SecretId,
    Description: after.Description ?? "",
    KmsKeyId: after.KmsKeyId ?? "",
    SecretString: isSame ? undefined : await secretValueOf(ctx, after),
  });
  await retag(
    ctx,
    { after: after.Tags, before: before.Tags },
    {
      tag: (added) =>
        call(ctx, "secretsmanager", "TagResource", { SecretId, Tags: tagPairs(added) }),
      untag: (keys) => call(ctx, "secretsmanager", "UntagResource", { SecretId, TagKeys: keys }),
    },
  );
  await replicate(ctx, SecretId, after.ReplicaRegions ?? []);
  return resource;
}

/** Removes and adds replicas until they are those of the template. */
async function replicate(
  ctx: ResourceContext,
  SecretId: string,
  wanted: NonNullable<Properties["ReplicaRegions"]>,
): Promise<void> {
  const { ReplicationStatus = [] } = await call(ctx, "secretsmanager", "DescribeSecret", {
    SecretId,
  });
  const present = ReplicationStatus.map(({ Region = "" }) => Region);
  const regions = wanted.map(({ Region }) => Region);
  const removed = present.filter((region) => !regions.includes(region));
  if (removed.length > 0) {
    await unreplicate(ctx, SecretId, removed);
  }
  const added = wanted.filter(({ Region }) => !present.includes(Region));
  if (added.length > 0) {
    await call(ctx, "secretsmanager", "ReplicateSecretToRegions", {
      SecretId,
      AddReplicaRegions: added,
    });
  }
}

function unreplicate(
  ctx: ResourceContext,
  SecretId: string,
  RemoveReplicaRegions: readonly string[],
): Promise<unknown> {
  const input = { SecretId, RemoveReplicaRegions };
  return call(ctx, "secretsmanager", "RemoveRegionsFromReplication", input);
}

async function secretValueOf(
  ctx: ResourceContext,
  { GenerateSecretString: generated, SecretString }: Properties,
): Promise<string | undefined> {
  if (generated === undefined) {
    return SecretString;
  }
  const { GenerateStringKey: key, SecretStringTemplate: template, ...options } = generated;
  const { RandomPassword } = await call(ctx, "secretsmanager", "GetRandomPassword", options);
  return key === undefined || template === undefined
    ? RandomPassword
    : JSON.stringify({ ...templateOf(template), [key]: RandomPassword });
}

function templateOf(text: string): object {
  const template = parseJsonObject(text);
  if (template === undefined) {
    throw new PropertyError("SecretStringTemplate is not a JSON object.");
  }
  return template;
}

function live(arn: string): LiveResource {
  return { physicalId: arn, attributes: { Id: arn } };
}
