/** Functions as AWS shows them. */
import type { Output } from "../../wire/operations.ts";
import { type LambdaFunction, type VpcSettings, versionOf } from "./function.ts";
import { qualifiedArn } from "./function-name.ts";

type Shown = Output<"lambda", "GetFunctionConfiguration">;

/** Without the state, as ListFunctions shows it. */
export function listedConfiguration(fn: LambdaFunction, qualifier: string | undefined): Shown {
  return {
    FunctionName: fn.name,
    FunctionArn: qualifiedArn(fn, qualifier),
    Runtime: fn.runtime,
    Role: fn.role,
    Handler: fn.handler,
    CodeSize: fn.code.sizeBytes,
    Description: fn.description,
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    LastModified: lambdaTime(fn.modifiedMs),
    CodeSha256: fn.code.sha256,
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
    PackageType: "Zip",
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
