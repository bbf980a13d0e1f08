/**
 * Code signing configurations: stored and shown. Packages are not checked for signatures, since
 * there is no AWS Signer that could have signed them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
 */
import { formatArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { lambdaTime } from "./configuration.ts";
import { codeSigningConfigNotFound, constraintFailed } from "./errors.ts";
import { codeSigningConfigs } from "./keys.ts";

export interface CodeSigningConfig {
  readonly region: string;
  readonly accountId: string;
  /** `csc-0123456789abcdef0` */
  readonly id: string;
  readonly publishers: readonly string[];
  readonly untrusted: string;
  readonly description: string;
  readonly modifiedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

const RESOURCE = /:code-signing-config:(csc-[a-z0-9]{17})$/;

export function codeSigningArn({ region, accountId, id }: CodeSigningConfig): string {
  return formatArn({ service: "lambda", region, accountId, resource: `code-signing-config:${id}` });
}

export function existingCodeSigning(
  tx: ReadTx,
  asker: { readonly region: string; readonly accountId: string },
  arn: string,
): CodeSigningConfig {
  const id = RESOURCE.exec(arn)?.[1];
  if (id === undefined) {
    throw constraintFailed(
      arn,
      "codeSigningConfigArn",
      "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:code-signing-config:csc-[a-z0-9]{17}",
    );
  }
  const found = codeSigningConfigs.get(tx, [asker.region, asker.accountId, id]);
  if (found === undefined) {
    throw codeSigningConfigNotFound(arn);
  }
  return found;
}

type Settings = Pick<CodeSigningConfig, "publishers" | "untrusted" | "description">;

export function codeSigningSettings(
  input: Input<"lambda", "CreateCodeSigningConfig"> | Input<"lambda", "UpdateCodeSigningConfig">,
  current: Settings = { publishers: [], untrusted: "Warn", description: "" },
): Settings {
  const { AllowedPublishers, CodeSigningPolicies, Description } = input;
  return {
    publishers: AllowedPublishers?.SigningProfileVersionArns ?? current.publishers,
    untrusted: CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? current.untrusted,
    description: Description ?? current.description,
  };
}

export function shownCodeSigning(
  config: CodeSigningConfig,
): Output<"lambda", "GetCodeSigningConfig">["CodeSigningConfig"] {
  return {
    CodeSigningConfigId: config.id,
    CodeSigningConfigArn: codeSigningArn(config),
    Description: config.description,
    AllowedPublishers: { SigningProfileVersionArns: config.publishers },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: config.untrusted },
    LastModified: lambdaTime(config.modifiedMs),
  };
}
