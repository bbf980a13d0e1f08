/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-managedpolicy.html */
import { document, list, text } from "./property-shape.ts";
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

const GONE = ["NoSuchEntity"];

export const iamManagedPolicy: ResourceType = resourceType({
  type: "AWS::IAM::ManagedPolicy",
  attributes: ["PolicyArn", "PolicyId"],
  physicalName: { property: "ManagedPolicyName", lengthMax: 128 },
  properties: {
    Description: replaces(text),
    ManagedPolicyName: replaces(text),
    Path: replaces(text),
    PolicyDocument: changes(document),
    Roles: changes(list(text)),
  },
  required: ["PolicyDocument"],
  exists: (ctx, { Path }) =>
    found(GONE, call(ctx, "iam", "GetPolicy", { PolicyArn: arnOf(ctx, Path) })),
  identify: (ctx, { Path }) => arnOf(ctx, Path),
  async create(ctx, properties) {
    const { Description, Path, PolicyDocument, Roles = [] } = properties;
    await created(
      ctx,
      ["EntityAlreadyExists", "EntityAlreadyExistsException"],
      call(ctx, "iam", "CreatePolicy", {
        PolicyName: ctx.name,
        PolicyDocument,
        Description,
        Path,
      }),
    );
    const PolicyArn = arnOf(ctx, Path);
    for (const RoleName of Roles) {
      await call(ctx, "iam", "AttachRolePolicy", { RoleName, PolicyArn });
    }
    return live(ctx, PolicyArn);
  },
  async update(ctx, { physicalId: PolicyArn }, properties, before) {
    if (properties.PolicyDocument !== before.PolicyDocument) {
      await setDocument(ctx, PolicyArn, properties.PolicyDocument);
    }
    const [wanted, attached] = [properties.Roles ?? [], before.Roles ?? []];
    for (const RoleName of wanted) {
      await call(ctx, "iam", "AttachRolePolicy", { RoleName, PolicyArn });
    }
    await detach(
      ctx,
      PolicyArn,
      attached.filter((role) => !wanted.includes(role)),
    );
    return live(ctx, PolicyArn);
  },
  async delete(ctx, { physicalId: PolicyArn }, { Roles = [] }) {
    await detach(ctx, PolicyArn, Roles);
    await unless(GONE, deleteOldVersions(ctx, PolicyArn));
    await unless(GONE, call(ctx, "iam", "DeletePolicy", { PolicyArn }));
  },
});

function arnOf(ctx: ResourceContext, path: string | undefined): string {
  return `arn:aws:iam::${ctx.caller.accountId}:policy${path ?? "/"}${ctx.name}`;
}

/** A policy keeps five versions at most, so the old ones go first. */
async function setDocument(
  ctx: ResourceContext,
  PolicyArn: string,
  PolicyDocument: string,
): Promise<void> {
  await deleteOldVersions(ctx, PolicyArn);
  await call(ctx, "iam", "CreatePolicyVersion", {
    PolicyArn,
    PolicyDocument,
    SetAsDefault: true,
  });
}

async function deleteOldVersions(ctx: ResourceContext, PolicyArn: string): Promise<void> {
  const { Versions } = await call(ctx, "iam", "ListPolicyVersions", { PolicyArn });
  for (const { VersionId, IsDefaultVersion } of Versions ?? []) {
    if (VersionId !== undefined && !IsDefaultVersion) {
      await unless(GONE, call(ctx, "iam", "DeletePolicyVersion", { PolicyArn, VersionId }));
    }
  }
}

async function detach(
  ctx: ResourceContext,
  PolicyArn: string,
  roles: readonly string[],
): Promise<void> {
  for (const RoleName of roles) {
    await unless(GONE, call(ctx, "iam", "DetachRolePolicy", { RoleName, PolicyArn }));
  }
}

async function live(ctx: ResourceContext, PolicyArn: string): Promise<LiveResource> {
  const { Policy: policy } = await call(ctx, "iam", "GetPolicy", { PolicyArn });
  return {
    physicalId: PolicyArn,
    attributes: { PolicyArn, PolicyId: policy?.PolicyId ?? "" },
  };
}
