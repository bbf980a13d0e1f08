/** Functions as AWS shows them. */
import type { Output } from "../../wire/operations.ts";
import type { LambdaFunction } from "./function.ts";
import { LATEST, qualifiedArn } from "./function-name.ts";

type Configuration = Output<"lambda", "GetFunctionConfiguration">;

/** Without the state, as ListFunctions shows it. */
export function listedConfiguration(
  fn: LambdaFunction,
  qualifier: string | undefined,
): Configuration {
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
    Version: LATEST,
    ...(fn.deadLetterArn !== undefined && {
      DeadLetterConfig: { TargetArn: fn.deadLetterArn },
    }),
    ...(fn.environment !== undefined && { Environment: { Variables: fn.environment } }),
    TracingConfig: { Mode: fn.tracing },
    RevisionId: fn.revisionId,
    PackageType: "Zip",
    Architectures: [fn.code.architecture],
    EphemeralStorage: { Size: fn.ephemeralStorageMb },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: {
      LogFormat: fn.logging.format,
      ApplicationLogLevel: fn.logging.applicationLevel,
      SystemLogLevel: fn.logging.systemLevel,
      LogGroup: fn.logging.group,
    },
  };
}

export function configuration(fn: LambdaFunction, qualifier: string | undefined): Configuration {
  return {
    ...listedConfiguration(fn, qualifier),
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}

/** `2026-01-01T00:00:00.000+0000` */
export function lambdaTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, -1)}+0000`;
}
