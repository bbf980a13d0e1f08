/** Tags of applications and deployment groups, by their ARN. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Tag } from "../../wire/models/codedeploy.gen.ts";
import { requireApplication } from "./application.ts";
import { requireGroup } from "./deployment-group.ts";
import { invalidArn, invalidTags } from "./errors.ts";
import { applications, groupKey, groups, type Owner, ownerKey } from "./keys.ts";
import { TAGS_MAX } from "./limits.ts";

export type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  put(tx: WriteTx, tags: Tags): void;
}

export function tagged(tx: ReadTx, owner: Owner, arn: string): Tagged {
  const parsed = parseArn(arn);
  const [kind, path = ""] = parsed?.resource.split(/:(.*)/s) ?? [];
  if (parsed?.service !== "codedeploy") {
    throw invalidArn(arn);
  }
  if (kind === "application") {
    const application = requireApplication(tx, owner, path);
    return {
      tags: application.tags,
      put: (write, tags) =>
        applications.put(write, [...ownerKey(owner), path], { ...application, tags }),
    };
  }
  const [application = "", name = ""] = path.split(/\/(.*)/s);
  if (kind !== "deploymentgroup" || name === "") {
    throw invalidArn(arn);
  }
  const group = requireGroup(tx, owner, { application, group: name });
  return {
    tags: group.tags,
    put: (write, tags) =>
      groups.put(write, groupKey(owner, { application, group: name }), { ...group, tags }),
  };
}

/** Throws for more tags than a resource may have. */
export function withTags(tags: Tags, added: readonly Tag[] | undefined): Tags {
  const result = { ...tags };
  for (const { Key = "", Value = "" } of added ?? []) {
    if (Key === "") {
      throw invalidTags("The specified tags are not valid: a tag needs a key");
    }
    result[Key] = Value;
  }
  if (Object.keys(result).length > TAGS_MAX) {
    throw invalidTags(`The specified tags are not valid: a resource has up to ${TAGS_MAX}`);
  }
  return result;
}

export function arnOf(owner: Owner, resource: string): string {
  return formatArn({ service: "codedeploy", ...owner, resource });
}
