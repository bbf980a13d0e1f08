/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html */
import { utf8Encode } from "../../base/bytes.ts";
import { equalValues, type Value } from "../../languages/template/value.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { zipOf } from "../zip.ts";
import { responseModuleOf } from "./cfn-response.ts";
import {
  boolean,
  list,
  map,
  number,
  object,
  PropertyError,
  tagList,
  text,
} from "./property-shape.ts";
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
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";
import { waitUntil } from "./wait.ts";

const GONE = ["ResourceNotFoundException"];
const TAKEN = ["ResourceConflictException"];

const code = object({
  ImageUri: text,
  S3Bucket: text,
  S3Key: text,
  S3ObjectStorageMode: text,
  S3ObjectVersion: text,
  SourceKMSKeyArn: text,
  ZipFile: text,
});

type Code = ReturnType<typeof code>;
type Configuration = Omit<Input<"lambda", "UpdateFunctionConfiguration">, "FunctionName">;

export const lambdaFunction: ResourceType = resourceType({
  type: "AWS::Lambda::Function",
  attributes: ["Arn", "SnapStartResponse.ApplyOn", "SnapStartResponse.OptimizationStatus"],
  physicalName: { property: "FunctionName", lengthMax: 64 },
  properties: {
    Architectures: changes(list(text)),
    Code: changes(code),
    CodeSigningConfigArn: changes(text),
    DeadLetterConfig: changes(object({ TargetArn: text })),
    Description: changes(text),
    Environment: changes(object({ Variables: map(text) })),
    EphemeralStorage: changes(object({ Size: number }, ["Size"])),
    FunctionName: replaces(text),
    Handler: changes(text),
    ImageConfig: changes(
      object({ Command: list(text), EntryPoint: list(text), WorkingDirectory: text }),
    ),
    KmsKeyArn: changes(text),
    Layers: changes(list(text)),
    LoggingConfig: changes(
      object({
        ApplicationLogLevel: text,
        LogFormat: text,
        LogGroup: text,
        SystemLogLevel: text,
      }),
    ),
    MemorySize: changes(number),
    PackageType: replaces(text),
    RecursiveLoop: changes(text),
    ReservedConcurrentExecutions: changes(number),
    Role: changes(text),
    Runtime: changes(text),
    RuntimeManagementConfig: changes(
      object({ RuntimeVersionArn: text, UpdateRuntimeOn: text }, ["UpdateRuntimeOn"]),
    ),
    SnapStart: changes(object({ ApplyOn: text }, ["ApplyOn"])),
    Tags: changes(tagList),
    Timeout: changes(number),
    TracingConfig: changes(object({ Mode: text })),
    VpcConfig: changes(
      object({
        Ipv6AllowedForDualStack: boolean,
        SecurityGroupIds: list(text),
        SubnetIds: list(text),
      }),
    ),
  },
  required: ["Code", "Role"],
  exists: (ctx) => found(GONE, call(ctx, "lambda", "GetFunction", { FunctionName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    await created(
      ctx,
      TAKEN,
      call(ctx, "lambda", "CreateFunction", {
        ...configurationOf(properties),
        FunctionName: ctx.name,
        Role: properties.Role,
        Code: await codeSource(properties.Code, properties.Runtime),
        Architectures: properties.Architectures,
        PackageType: properties.PackageType,
        Tags: tagsOf(ctx, properties.Tags),
      }),
    );
    await setConcurrency(ctx, properties.ReservedConcurrentExecutions);
    await setFunctionWide(ctx, properties, {});
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    const { Code: source, Architectures } = properties;
    if (!same(source, before.Code) || !same(Architectures, before.Architectures)) {
      await call(ctx, "lambda", "UpdateFunctionCode", {
        FunctionName: ctx.name,
        Architectures,
        ...(await codeSource(source, properties.Runtime)),
      });
      await updated(ctx);
    }
    await call(ctx, "lambda", "UpdateFunctionConfiguration", {
      ...DEFAULTS,
      ...configurationOf(properties),
      LoggingConfig: loggingOf(ctx.name, properties.LoggingConfig),
      FunctionName: ctx.name,
      Role: properties.Role,
    });
    await setConcurrency(ctx, properties.ReservedConcurrentExecutions, {
      before: before.ReservedConcurrentExecutions,
    });
    await setFunctionWide(ctx, properties, before);
    const { attributes } = await live(ctx);
    const Resource = String(attributes["Arn"]);
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "lambda", "TagResource", { Resource, Tags: added }),
        untag: (keys) => call(ctx, "lambda", "UntagResource", { Resource, TagKeys: keys }),
      },
    );
    return { physicalId: ctx.name, attributes };
  },
  async delete(ctx, { physicalId }) {
    await unless(GONE, call(ctx, "lambda", "DeleteFunction", { FunctionName: physicalId }));
  },
});

/** What a property that the template no longer has goes back to. */
const DEFAULTS: Configuration = {
  DeadLetterConfig: { TargetArn: "" },
  Description: "",
  Environment: { Variables: {} },
  EphemeralStorage: { Size: 512 },
  ImageConfig: {},
  KMSKeyArn: "",
  Layers: [],
  MemorySize: 128,
  SnapStart: { ApplyOn: "None" },
  Timeout: 3,
  TracingConfig: { Mode: "PassThrough" },
  VpcConfig: { SecurityGroupIds: [], SubnetIds: [] },
};

/** With the defaults: what a request leaves out would stay as it was. */
function loggingOf(name: string, given: Configuration["LoggingConfig"]): typeof given {
  const levels =
    given?.LogFormat === "JSON" ? { ApplicationLogLevel: "INFO", SystemLogLevel: "INFO" } : {};
  return { LogFormat: "Text", LogGroup: `/aws/lambda/${name}`, ...levels, ...given };
}

/** The members that a function's configuration has by the property's name; unset ones left out. */
function configurationOf(
  properties: Configuration & { readonly KmsKeyArn?: string | undefined },
): Configuration {
  const given = {
    DeadLetterConfig: properties.DeadLetterConfig,
    Description: properties.Description,
    Environment: properties.Environment,
    EphemeralStorage: properties.EphemeralStorage,
    Handler: properties.Handler,
    ImageConfig: properties.ImageConfig,
    KMSKeyArn: properties.KmsKeyArn,
    Layers: properties.Layers,
    LoggingConfig: properties.LoggingConfig,
    MemorySize: properties.MemorySize,
    Runtime: properties.Runtime,
    SnapStart: properties.SnapStart,
    Timeout: properties.Timeout,
    TracingConfig: properties.TracingConfig,
    VpcConfig: properties.VpcConfig,
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Configuration;
}

async function codeSource(
  source: Code,
  runtime: string | undefined,
): Promise<Input<"lambda", "CreateFunction">["Code"]> {
  const { ZipFile: inline, ...inS3 } = source;
  if (inline === undefined) {
    return inS3;
  }
  const extension = runtime?.startsWith("nodejs")
    ? "js"
    : runtime?.startsWith("python")
      ? "py"
      : undefined;
  if (extension === undefined) {
    throw new PropertyError(
      `ZipFile can only be used with Node.js and Python runtimes, not ${runtime}`,
    );
  }
  const { SourceKMSKeyArn } = inS3;
  const beside = responseModuleOf(extension, inline);
  const files = [{ path: `index.${extension}`, source: inline }, ...(beside ? [beside] : [])];
  const ZipFile = await zipOf(
    files.map(({ path, source }) => ({ path, bytes: utf8Encode(source), isExecutable: false })),
  );
  return { ZipFile, SourceKMSKeyArn };
}

async function setConcurrency(
  ctx: ResourceContext,
  reserved: number | undefined,
  change: { readonly before: number | undefined } = { before: undefined },
): Promise<void> {
  if (reserved !== undefined) {
    await call(ctx, "lambda", "PutFunctionConcurrency", {
      FunctionName: ctx.name,
      ReservedConcurrentExecutions: reserved,
    });
  } else if (change.before !== undefined) {
    await call(ctx, "lambda", "DeleteFunctionConcurrency", { FunctionName: ctx.name });
  }
}

interface FunctionWide {
  readonly CodeSigningConfigArn?: string | undefined;
  readonly RecursiveLoop?: string | undefined;
  readonly RuntimeManagementConfig?:
    | { readonly UpdateRuntimeOn: string; readonly RuntimeVersionArn?: string | undefined }
    | undefined;
}

/** What operations of their own set; a property that is gone goes back to its default. */
async function setFunctionWide(
  ctx: ResourceContext,
  properties: FunctionWide,
  before: FunctionWide,
): Promise<void> {
  const FunctionName = ctx.name;
  const { CodeSigningConfigArn, RecursiveLoop, RuntimeManagementConfig } = properties;
  if (CodeSigningConfigArn !== undefined) {
    await call(ctx, "lambda", "PutFunctionCodeSigningConfig", {
      FunctionName,
      CodeSigningConfigArn,
    });
  } else if (before.CodeSigningConfigArn !== undefined) {
    await call(ctx, "lambda", "DeleteFunctionCodeSigningConfig", { FunctionName });
  }
  if (RecursiveLoop !== undefined || before.RecursiveLoop !== undefined) {
    await call(ctx, "lambda", "PutFunctionRecursionConfig", {
      FunctionName,
      RecursiveLoop: RecursiveLoop ?? "Terminate",
    });
  }
  if (RuntimeManagementConfig !== undefined || before.RuntimeManagementConfig !== undefined) {
    await call(ctx, "lambda", "PutRuntimeManagementConfig", {
      FunctionName,
      ...(RuntimeManagementConfig ?? { UpdateRuntimeOn: "Auto" }),
    });
  }
}

type Shown = Output<"lambda", "GetFunctionConfiguration">;

function updated(ctx: ResourceContext): Promise<Shown> {
  return waitUntil(ctx, `function ${ctx.name} to be active`, async () => {
    const shown = await call(ctx, "lambda", "GetFunctionConfiguration", {
      FunctionName: ctx.name,
    });
    const { State, LastUpdateStatus } = shown;
    return State === "Pending" || LastUpdateStatus === "InProgress" ? undefined : shown;
  });
}

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { FunctionArn = "", SnapStart } = await updated(ctx);
  return {
    physicalId: ctx.name,
    attributes: {
      Arn: FunctionArn,
      "SnapStartResponse.ApplyOn": SnapStart?.ApplyOn ?? "None",
      "SnapStartResponse.OptimizationStatus": SnapStart?.OptimizationStatus ?? "Off",
    },
  };
}

function same(a: unknown, b: unknown): boolean {
  return equalValues(a as Value, b as Value);
}
