/**
 * From the configuration in a request to the settings of a function: checks, defaults, and what
 * cannot be honoured, refused by name.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
import { parseArn } from "../../base/arn.ts";
import type { ApplicationLogLevel, SystemLogLevel } from "../../functions/function-host.ts";
import { IMAGE_RUNTIME } from "../../functions/images/image-program.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { constraintFailed, invalidParameterValue } from "./errors.ts";
import type { FunctionSettings } from "./function.ts";
import { checkForPackageType, imageConfigOf, isNewImage } from "./image-settings.ts";
import {
  ENVIRONMENT_BYTES_MAX,
  EPHEMERAL_STORAGE_MB_DEFAULT,
  MEMORY_MB_DEFAULT,
  MEMORY_MB_MAX,
  TIMEOUT_SECONDS_DEFAULT,
  TIMEOUT_SECONDS_MAX,
} from "./limits.ts";
import { checkRuntime, checkSnapStart } from "./runtimes.ts";

type Create = Input<"lambda", "CreateFunction">;
type Update = Input<"lambda", "UpdateFunctionConfiguration">;
/** What both have, and only with its meaning in both. */
type Configurable = Omit<Update, "FunctionName" | "RevisionId">;

export function newSettings(name: string, input: Create): FunctionSettings {
  refuseForCreate(input);
  refuseUnsupported("CreateFunction", input);
  const initial: FunctionSettings = {
    ...programOf(input),
    role: input.Role,
    description: "",
    timeoutSeconds: TIMEOUT_SECONDS_DEFAULT,
    memoryMb: MEMORY_MB_DEFAULT,
    ephemeralStorageMb: EPHEMERAL_STORAGE_MB_DEFAULT,
    tracing: "PassThrough",
    logging: { format: "Text", group: `/aws/lambda/${name}` },
  };
  return changed(initial, input);
}

function programOf(input: Create): Pick<FunctionSettings, "runtime" | "handler" | "packageType"> {
  const { Runtime, Handler } = input;
  if (isNewImage(input)) {
    return { runtime: IMAGE_RUNTIME, handler: "", packageType: "Image" };
  }
  if (Runtime === undefined || Handler === undefined) {
    throw invalidParameterValue(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  return { runtime: Runtime, handler: Handler };
}

export function changedSettings(current: FunctionSettings, input: Update): FunctionSettings {
  refuseUnsupported("UpdateFunctionConfiguration", input);
  return changed(current, input);
}

function changed(current: FunctionSettings, input: Configurable): FunctionSettings {
  checkForPackageType(input, { isImage: current.packageType === "Image" });
  if (input.Runtime !== undefined) {
    checkRuntime(input.Runtime);
  }
  checkRange(input);
  const runtime = input.Runtime ?? current.runtime;
  const snapStart = snapStartOf(input.SnapStart?.ApplyOn) ?? current.snapStart;
  checkSnapStart(runtime, snapStart);
  const variables = input.Environment && (input.Environment.Variables ?? {});
  if (variables !== undefined) {
    checkEnvironment(variables);
  }
  return {
    runtime,
    handler: input.Handler ?? current.handler,
    role: input.Role ?? current.role,
    description: input.Description ?? current.description,
    timeoutSeconds: input.Timeout ?? current.timeoutSeconds,
    memoryMb: input.MemorySize ?? current.memoryMb,
    ephemeralStorageMb: input.EphemeralStorage?.Size ?? current.ephemeralStorageMb,
    environment: environmentOf(variables, current.environment),
    tracing: tracingOf(input.TracingConfig?.Mode) ?? current.tracing,
    logging: logging(current.logging, input.LoggingConfig),
    deadLetterArn: deadLetterArn(current.deadLetterArn, input.DeadLetterConfig),
    layers: current.layers,
    vpc: vpcOf(input.VpcConfig, current.vpc),
    kmsKeyArn: input.KMSKeyArn === undefined ? current.kmsKeyArn : input.KMSKeyArn || undefined,
    snapStart,
    packageType: current.packageType,
    imageConfig: imageConfigOf(input.ImageConfig, current.imageConfig),
  };
}

/** The model's own bounds are those of managed instances, which are not here. */
function checkRange({ Timeout, MemorySize }: Configurable): void {
  if (Timeout !== undefined && Timeout > TIMEOUT_SECONDS_MAX) {
    throw constraintFailed(
      Timeout,
      "timeout",
      `Member must have value less than or equal to ${TIMEOUT_SECONDS_MAX}`,
    );
  }
  if (MemorySize !== undefined && MemorySize > MEMORY_MB_MAX) {
    throw invalidParameterValue(
      "'MemorySize' value failed to satisfy constraint: Member must have value less than or " +
        `equal to ${MEMORY_MB_MAX}`,
    );
  }
}

/** An empty set of variables takes the environment away. */
function environmentOf(
  given: Readonly<Record<string, string>> | undefined,
  current: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (given === undefined) {
    return current;
  }
  return Object.keys(given).length === 0 ? undefined : given;
}

function tracingOf(mode: string | undefined): "Active" | "PassThrough" | undefined {
  return mode === undefined ? undefined : mode === "Active" ? "Active" : "PassThrough";
}

function snapStartOf(applyOn: string | undefined): FunctionSettings["snapStart"] {
  return applyOn === undefined || applyOn === "PublishedVersions" ? applyOn : "None";
}

/** Empty lists take the function out of its VPC. */
function vpcOf(
  given: Configurable["VpcConfig"],
  current: FunctionSettings["vpc"],
): FunctionSettings["vpc"] {
  if (given === undefined) {
    return current;
  }
  const { SubnetIds = [], SecurityGroupIds = [], Ipv6AllowedForDualStack = false } = given;
  if (SubnetIds.length === 0 && SecurityGroupIds.length === 0) {
    return undefined;
  }
  if (SubnetIds.length === 0 || SecurityGroupIds.length === 0) {
    throw invalidParameterValue("SubnetIds and SecurityIds must coexist or be both empty list.");
  }
  return {
    subnetIds: SubnetIds,
    securityGroupIds: SecurityGroupIds,
    isDualStack: Ipv6AllowedForDualStack,
  };
}

const LEVEL_DEFAULT = "INFO";

function logging(
  current: FunctionSettings["logging"],
  input: Configurable["LoggingConfig"],
): FunctionSettings["logging"] {
  if (input === undefined) {
    return current;
  }
  const { LogFormat, LogGroup, ApplicationLogLevel, SystemLogLevel } = input;
  const group = LogGroup ?? current.group;
  if ((LogFormat ?? current.format) === "JSON") {
    const application = ApplicationLogLevel ?? current.applicationLevel ?? LEVEL_DEFAULT;
    const system = SystemLogLevel ?? current.systemLevel ?? LEVEL_DEFAULT;
    return {
      format: "JSON",
      group,
      applicationLevel: application as ApplicationLogLevel,
      systemLevel: system as SystemLogLevel,
    };
  }
  if (ApplicationLogLevel !== undefined || SystemLogLevel !== undefined) {
    throw invalidParameterValue(
      "Log Level is not supported when Log Format is set to Text. Remove Log Level from your request or change the Log Format to JSON and try again.",
    );
  }
  return { format: "Text", group };
}

function deadLetterArn(
  current: string | undefined,
  input: Configurable["DeadLetterConfig"],
): string | undefined {
  if (input === undefined) {
    return current;
  }
  const target = input.TargetArn ?? "";
  if (target === "") {
    return undefined;
  }
  const service = parseArn(target)?.service;
  if (service !== "sqs" && service !== "sns") {
    throw invalidParameterValue(
      `The provided target arn is invalid: ${target}. A dead letter goes to an SQS queue or an SNS topic.`,
    );
  }
  return target;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

const UNABLE =
  "Lambda was unable to configure your environment variables because the environment variables you have provided";

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameterValue(
      `${UNABLE} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > ENVIRONMENT_BYTES_MAX) {
    throw invalidParameterValue(`${UNABLE} exceeded the 4KB limit. String measured: ${measured}`);
  }
}

function refuseForCreate(input: Create): void {
  if (input.PublishTo !== undefined) {
    throw notSupported("CreateFunction", "PublishTo");
  }
  if (input.TenancyConfig !== undefined) {
    throw notSupported("CreateFunction", "TenancyConfig");
  }
}

/** Empty values of these say "none", so they are honoured; anything else is refused. */
function refuseUnsupported(operation: string, input: Configurable): void {
  const refused: readonly [feature: string, given: boolean][] = [
    ["FileSystemConfigs", (input.FileSystemConfigs?.length ?? 0) > 0],
    ["DurableConfig", input.DurableConfig !== undefined],
    ["CapacityProviderConfig", input.CapacityProviderConfig !== undefined],
  ];
  for (const [feature, given] of refused) {
    if (given) {
      throw notSupported(operation, feature);
    }
  }
}
