/**
 * The environment variables of a function's process: those Lambda sets, those that send SDK calls to
 * the engine, and the function's own. Nothing of the engine's own environment gets in.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
import path from "node:path";
import { metadataToken } from "../endpoints/metadata-endpoint.ts";
import type { FunctionSpec } from "../function-host.ts";

export interface Sandbox {
  readonly logStream: string;
  /** A folder of this environment alone: its home and its temporary files. */
  readonly directory: string;
  /** The engine, `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Where the bootstraps lie. */
  readonly runtimeDirectory: string;
  /** Folders with programs that stand for `/var/lang/bin`: that of the interpreter. */
  readonly programDirectories: readonly string[];
  /** `host:port`, where the X-Ray daemon takes segments. */
  readonly xrayAddress: string;
  /** Holds a `node_modules` with the AWS SDK. */
  readonly sdkDirectory: string | undefined;
  /** `host:port`, of the Runtime API, of that of extensions, and of the metadata endpoint. */
  readonly runtimeApi: string;
}

const SYSTEM_PROGRAMS = ["/usr/local/bin", "/usr/bin", "/bin"];
const SECRET_ACCESS_KEY = "millrace";
const SESSION_TOKEN = "millrace";

/** `ofRuntime` is what the function's runtime adds: it replaces defaults, the function replaces it. */
export function environmentVariables(
  spec: FunctionSpec,
  sandbox: Sandbox,
  ofRuntime: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    ...changeable(spec, sandbox),
    ...ofRuntime,
    ...withLiveQueueUrls(spec.environment, sandbox.endpoint),
    ...reserved(spec, sandbox),
  };
}

/** What a function may set otherwise. */
function changeable(spec: FunctionSpec, sandbox: Sandbox): Record<string, string> {
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...(spec.image ? { ...IMAGE_PLACES, ...spec.image.environment } : packagePlaces(spec, sandbox)),
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: sandbox.xrayAddress,
    _AWS_XRAY_DAEMON_ADDRESS: sandbox.xrayAddress.split(":")[0] ?? "",
    _AWS_XRAY_DAEMON_PORT: sandbox.xrayAddress.split(":")[1] ?? "",
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_DISABLE_HOST_PREFIX_INJECTION: "true",
    AWS_EC2_METADATA_DISABLED: "true",
    // The SDK that a function finds is ours, so its advice is not for the function.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** Where programs of an image find things, unless it says so itself; its user has no home on AWS. */
const IMAGE_PLACES: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/home/sbx_user1051",
};
const IMAGE_RUNTIME_DIRECTORY = "/var/runtime";

function packagePlaces(spec: FunctionSpec, sandbox: Sandbox): Record<string, string> {
  const { codeDirectory } = spec;
  return {
    PATH: searchPath(
      [...sandbox.programDirectories, ...SYSTEM_PROGRAMS],
      layerFolders(spec, ["bin"]),
    ),
    LD_LIBRARY_PATH: searchPath(
      [codeDirectory, path.join(codeDirectory, "lib")],
      layerFolders(spec, ["lib"]),
    ),
    HOME: sandbox.directory,
    TMPDIR: temporaryDirectory(sandbox),
    ...interpreterPaths(spec, sandbox),
  };
}

/** A queue's URL as the engine gives it out: with the port it has at the time. */
const OWN_QUEUE_URL =
  /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+(?=\/\d{12}\/[\w-]+(?:\.fifo)?$)/;

/**
 * The AWS SDK for JavaScript sends to the host that a queue's URL names, and a stack keeps the URL
 * it was given when it was deployed. Started at another port, the engine is still found.
 */
function withLiveQueueUrls(
  environment: Readonly<Record<string, string>>,
  endpoint: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(OWN_QUEUE_URL, endpoint),
    ]),
  );
}

function reserved(spec: FunctionSpec, sandbox: Sandbox): Record<string, string> {
  const { image } = spec;
  const isManaged = image === undefined && !spec.runtime.startsWith("provided");
  return {
    ...(image === undefined ? { _HANDLER: spec.handler } : {}),
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    ...(isManaged ? { AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}` } : {}),
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: spec.keptAs ?? "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: sandbox.logStream,
    ...(spec.logFormat === "JSON"
      ? {
          AWS_LAMBDA_LOG_FORMAT: "JSON",
          AWS_LAMBDA_LOG_LEVEL: spec.applicationLogLevel ?? "INFO",
        }
      : {}),
    AWS_ACCESS_KEY_ID: spec.accountId,
    AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN: SESSION_TOKEN,
    AWS_LAMBDA_RUNTIME_API: sandbox.runtimeApi,
    AWS_LAMBDA_METADATA_API: sandbox.runtimeApi,
    AWS_LAMBDA_METADATA_TOKEN: metadataToken(sandbox.logStream),
    LAMBDA_TASK_ROOT: spec.codeDirectory,
    LAMBDA_RUNTIME_DIR: image === undefined ? sandbox.runtimeDirectory : IMAGE_RUNTIME_DIRECTORY,
  };
}

/** A folder of the environment that stands for `/tmp`. */
export function temporaryDirectory(sandbox: Pick<Sandbox, "directory">): string {
  return path.join(sandbox.directory, "tmp");
}

function interpreterPaths(spec: FunctionSpec, sandbox: Sandbox): Record<string, string> {
  const node = /^nodejs(\d+)/.exec(spec.runtime)?.[1];
  if (node !== undefined) {
    const layers = layerFolders(spec, [`nodejs/node${node}/node_modules`, "nodejs/node_modules"]);
    const sdk = sandbox.sdkDirectory ? [path.join(sandbox.sdkDirectory, "node_modules")] : [];
    return { NODE_PATH: searchPath(layers, sdk) };
  }
  if (spec.runtime.startsWith("python")) {
    const layers = layerFolders(spec, [`python/lib/${spec.runtime}/site-packages`, "python"]);
    return { PYTHONPATH: searchPath([spec.codeDirectory], layers) };
  }
  return {};
}

/** A later layer is laid over an earlier one, so its files are found first. */
function layerFolders(spec: FunctionSpec, folders: readonly string[]): readonly string[] {
  const layers = [...spec.layerDirectories].reverse();
  return folders.flatMap((folder) => layers.map((layer) => path.join(layer, folder)));
}

function searchPath(...parts: readonly (readonly string[])[]): string {
  return parts.flat().join(path.delimiter);
}
