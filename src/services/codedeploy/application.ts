/** Applications: names under which deployment groups stand. Those of Lambda only. */
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { ApplicationInfo } from "../../wire/models/codedeploy.gen.ts";
import { applicationDoesNotExist } from "./errors.ts";
import { applications, type Owner, ownerKey } from "./keys.ts";

export const LAMBDA_PLATFORM = "Lambda";

export interface Application {
  readonly name: string;
  readonly id: string;
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export function requireApplication(tx: ReadTx, owner: Owner, name: string): Application {
  const application = applications.get(tx, [...ownerKey(owner), name]);
  if (application === undefined) {
    throw applicationDoesNotExist(name);
  }
  return application;
}

/** Servers are what is deployed to unless another platform is named, as on AWS. */
export function requireLambda(operation: string, platform: string | undefined): void {
  if (platform !== LAMBDA_PLATFORM) {
    throw notSupported(operation, `the compute platform ${platform ?? "Server"}`);
  }
}

export function describeApplication({ name, id, createdMs }: Application): ApplicationInfo {
  return {
    applicationId: id,
    applicationName: name,
    createTime: new Date(createdMs),
    linkedToGitHub: false,
    computePlatform: LAMBDA_PLATFORM,
  };
}
