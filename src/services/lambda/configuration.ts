/** Functions as AWS shows them. */
import type { ImageOverride } from "../../functions/images/image-program.ts";
import type { Output } from "../../wire/operations.ts";
import { type LambdaFunction, type VpcSettings, versionOf } from "./function.ts";
import { qualifiedArn } from "./function-name.ts";
import { hexHash } from "./package-use.ts";

type Shown = Output<"lambda", "GetFunctionConfiguration">;
type ImageConfig = NonNullable<Shown["ImageConfigResponse"]>["ImageConfig"];

/** Without the state, as ListFunctions shows it. */
export function listedConfiguration(fn: LambdaFunction, qualifier: string | undefined): Shown {
  const isImage = fn.packageType === "Image";
  return {
    FunctionName: fn.name,
    FunctionArn: qualifiedArn(fn, qualifier),
    ...(isImage ? {} : { Runtime: fn.runtime, Handler: fn.handler }),
    Role: fn.role,
    CodeSize: fn.code.sizeBytes,
    Description: fn.description,
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    LastModified: lambdaTime(fn.modifiedMs),
    CodeSha256: shownHash(fn),
    Version: versionOf(fn),
    ...(fn.deadLetterArn !== undefined && {
      DeadLetterConfig: { TargetArn: fn.deadLetterArn },
    }),
    ...(fn.environment !== undefined && { Environment: { Variables: fn.environment } }),
    ...(fn.layers !== undefined &&
      fn.layers.length > 0 && {
        Layers: fn.layers.map(({ arn, sizeBytes }) => ({ Arn: arn, CodeSize: sizeBytes })),
      }),
    ...(fn.vpc !== undefined && { VpcConfig: shownVpc(fn.vpc) }),
    ...(fn.kmsKeyArn !== undefined && { KMSKeyArn: fn.kmsKeyArn }),
    TracingConfig: { Mode: fn.tracing },
    RevisionId: fn.revisionId,
    PackageType: fn.packageType ?? "Zip",
    ...(fn.imageConfig !== undefined && {
      ImageConfigResponse: { ImageConfig: shownImageConfig(fn.imageConfig) },
    }),
    Architectures: [fn.code.architecture],
    EphemeralStorage: { Size: fn.ephemeralStorageMb },
    SnapStart: snapStart(fn),
    LoggingConfig: {
      LogFormat: fn.logging.format,
      ApplicationLogLevel: fn.logging.applicationLevel,
      SystemLogLevel: fn.logging.systemLevel,
      LogGroup: fn.logging.group,
    },
  };
}

export function configuration(fn: LambdaFunction, qualifier: string | undefined): Shown {
  return {
    ...listedConfiguration(fn, qualifier),
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}

/** The digest of an image is shown in hexadecimal, the hash of a package in base64. */
export function shownHash({ packageType, code }: LambdaFunction): string {
  return packageType === "Image" ? hexHash(code) : code.sha256;
}

function shownImageConfig({ entryPoint, command, workingDirectory }: ImageOverride): ImageConfig {
  return {
    ...(entryPoint !== undefined && { EntryPoint: entryPoint }),
    ...(command !== undefined && { Command: command }),
    ...(workingDirectory !== undefined && { WorkingDirectory: workingDirectory }),
  };
}

/** A published version is what SnapStart is for. */
function snapStart({ snapStart: applyOn = "None", version }: LambdaFunction): Shown["SnapStart"] {
  const isOn = applyOn === "PublishedVersions" && version !== undefined;
  return { ApplyOn: applyOn, OptimizationStatus: isOn ? "On" : "Off" };
}

/** There are no VPCs to look the subnets up in, so one has the id of nothing. */
function shownVpc(vpc: VpcSettings): Shown["VpcConfig"] {
  return {
    SubnetIds: vpc.subnetIds,
    SecurityGroupIds: vpc.securityGroupIds,
    VpcId: vpc.subnetIds.length > 0 ? "vpc-00000000" : "",
    Ipv6AllowedForDualStack: vpc.isDualStack,
  };
}

/** `2026-01-01T00:00:00.000+0000` */
export function lambdaTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, -1)}+0000`;
}
