/**
 * The port of the function host: runs a function's code in warm operating-system processes.
 *
 * The Lambda service decides what runs (versions, concurrency, retries); the host decides where.
 */
export interface FunctionSpec {
  /** Of the version that runs: `arn:aws:lambda:us-east-1:000000000000:function:orders`. */
  readonly arn: string;
  readonly name: string;
  readonly version: string;
  readonly accountId: string;
  readonly region: string;
  /** `nodejs20.x`, `python3.12`, `provided.al2023`. */
  readonly runtime: string;
  /** `index.handler`; for `provided` whatever `_HANDLER` shall be. */
  readonly handler: string;
  /** The unpacked package: an absolute path, never written to; of an image that in the image. */
  readonly codeDirectory: string;
  /** Instead of a package: `runtime` and `handler` then mean nothing. */
  readonly image?: FunctionImage;
  /** Unpacked layers in order, each laid over `/opt`. */
  readonly layerDirectories: readonly string[];
  /**
   * Changes whenever code or configuration does. An invocation with a new revision swaps the
   * environments: those of the old one finish what they run and are ended.
   */
  readonly revision: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  readonly logGroup: string;
  /** `Text` or `JSON`: the form of the log lines. */
  readonly logFormat: "Text" | "JSON";
  /** For the JSON format: what is below this level is not written. AWS's default is INFO. */
  readonly applicationLogLevel?: ApplicationLogLevel;
  readonly systemLogLevel?: SystemLogLevel;
  /**
   * How environments that are kept (see `FunctionHost.keep`) say they were started: in
   * `AWS_LAMBDA_INITIALIZATION_TYPE`. All others are `on-demand`, but with `snap-start`, which all
   * environments are: their runtime's hooks are run before and after the snapshot that AWS would take.
   */
  readonly keptAs?: "provisioned-concurrency" | "snap-start";
}

/** What a function of a container image runs from. */
export interface FunctionImage {
  /** The unpacked root file system: an absolute path, never written to. */
  readonly rootDirectory: string;
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** What is started, and its arguments: those of the image, or what the function says instead. */
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  /** Absolute, in the image. */
  readonly workingDirectory: string;
  /** The variables that the image sets. */
  readonly environment: Readonly<Record<string, string>>;
}

export type ApplicationLogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";
export type SystemLogLevel = "DEBUG" | "INFO" | "WARN";

export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  /** The ARN that was invoked, alias or version included. */
  readonly invokedArn: string;
  /** JSON, as the caller's client context. */
  readonly clientContext?: string | undefined;
  /** `X-Amzn-Trace-Id`: `Root=...;Parent=...;Sampled=1`. */
  readonly trace?: string | undefined;
  /** JSON, as the Cognito identity of a mobile client. */
  readonly cognitoIdentity?: string | undefined;
  /** Gets a streamed response while it is written; the result's payload is then empty. */
  readonly stream?: ResponseStream | undefined;
}

/** Receives what a streaming handler writes. Handlers that do not stream leave it alone. */
export interface ResponseStream {
  start(contentType: string): void;
  chunk(bytes: Uint8Array): void;
}

export interface InvocationResult {
  /** The handler's result, or the error object as Lambda writes it. */
  readonly payload: Uint8Array;
  /** Set when the function failed: always `Unhandled` on today's runtimes. */
  readonly functionError?: "Handled" | "Unhandled";
  /**
   * Set when the handler streamed. `application/vnd.awslambda.http-integration-response` means that
   * the payload starts with a JSON prelude and eight zero bytes.
   */
  readonly streamedContentType?: string;
  /** The end of the log, up to 4 KiB, `REPORT` line included. */
  readonly logTail: string;
  readonly logStream: string;
  readonly report: InvocationReport;
}

export interface InvocationReport {
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memoryMb: number;
  readonly memoryUsedMaxMb: number;
  /** Only for the first invocation of an environment. */
  readonly initDurationMs?: number;
  /** Only for the first invocation of an environment that was restored, in place of the init phase. */
  readonly restoreDurationMs?: number;
  /** What the init phase was spent on, where the runtime tells: see `InitPhases`. */
  readonly initPhases?: InitPhases;
  readonly status: "success" | "error" | "timeout";
  /** With a status other than success: `Runtime.ExitError`, or the type of the handler's error. */
  readonly errorType?: string;
}

/** The parts of an init phase, in milliseconds: together they are its duration. */
export interface InitPhases {
  /** Starting the interpreter, or taking a process that was started ahead; extensions. */
  readonly processMs: number;
  /** From a generic process to this function: variables, folders, console. */
  readonly bootstrapMs: number;
  /** What the handler's file imports. With ES modules the file's own code as well. */
  readonly importsMs: number;
  /** The code of the handler's file outside the handler. */
  readonly codeMs: number;
}

export interface LogLine {
  readonly timestampMs: number;
  readonly message: string;
  /** Of the invocation that wrote it; `undefined` before the first one. */
  readonly trace?: string | undefined;
}

/** Called with what a function and its platform wrote, in order, soon after it was written. */
export type LogReceiver = (
  source: { readonly spec: FunctionSpec; readonly logStream: string },
  lines: readonly LogLine[],
) => void;

export interface FunctionHost {
  /** Environments that run at one time, of all functions: more invocations than that wait. */
  readonly environmentsMax: number;
  /**
   * Runs one invocation in a warm environment, or a new one. Failures of the function are results.
   * Rejects with `RuntimeUnavailable` when the host has no interpreter for the runtime, and with
   * `FunctionHostClosed` when the host ends first: the invocation may then have run in part.
   */
  invoke(spec: FunctionSpec, invocation: Invocation): Promise<InvocationResult>;
  /** Starts generic processes ahead for a runtime that is about to be used. */
  prepare(runtime: string): void;
  /**
   * Keeps that many environments of a version initialised ahead, whatever was asked before; 0 lets
   * them go. They are never ended for being idle, and one that fails is replaced. Resolves once all
   * have started or tried to; asking again with the same numbers is cheap and tells how it stands.
   * Rejects as `invoke` does.
   */
  keep(spec: FunctionSpec, count: number): Promise<KeptEnvironments>;
  /** Ends every environment of a function once idle: its code changed or it was deleted. */
  retire(functionArn: string): void;
  /** What `millrace doctor` shows: runtime name, interpreter found, or why not. */
  runtimes(): Promise<readonly RuntimeStatus[]>;
  /** What functions sent to the X-Ray daemon, oldest first: the newest 2,000. */
  segments(): readonly TraceSegment[];
  close(): Promise<void>;
}

/** A segment or subsegment, as the tracing library wrote it. */
export interface TraceSegment {
  /** On the cloud's clock. */
  readonly receivedMs: number;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface KeptEnvironments {
  /** Initialised and alive, idle or busy. */
  readonly readyCount: number;
  /** Why others could not be initialised: the type and message of the function's error. */
  readonly failure?: string;
}

export interface RuntimeStatus {
  readonly runtime: string;
  /** The absolute path of the interpreter, and its version; `undefined` when none was found. */
  readonly interpreter?: string;
  readonly version?: string;
  /** What differs from AWS: `runs on Node.js 20.20.2`. */
  readonly note?: string;
  /** How to get one, or what the one there is lacks for some functions. */
  readonly remedy?: string;
}

/** No interpreter for the runtime, or code this machine cannot run: says what to do about it. */
export class RuntimeUnavailable extends Error {
  override readonly name = "RuntimeUnavailable";
  readonly runtime: string;
  readonly remedy: string;

  constructor(options: { runtime: string; problem: string; remedy: string }) {
    super(`${options.problem} ${options.remedy}`);
    this.runtime = options.runtime;
    this.remedy = options.remedy;
  }
}

export class FunctionHostClosed extends Error {
  override readonly name = "FunctionHostClosed";

  constructor() {
    super("The function host has been closed.");
  }
}

/** More invocations wait for an environment than the host will queue. */
export class FunctionHostBusy extends Error {
  override readonly name = "FunctionHostBusy";

  constructor(waitingCount: number) {
    super(`${waitingCount} invocations already wait for an environment.`);
  }
}

export interface FunctionHostLimits {
  /** Environments at one time, of all functions. */
  readonly processesMax: number;
  /** Environments that start at one time; more would only slow each other down. */
  readonly startsMax: number;
  /** Short invocations of one function at one time; more would only share the processors. */
  readonly shortMax: number;
  /** Generic processes that wait for each interpreter in use. */
  readonly sparesMax: number;
  /** Invocations that wait for an environment. */
  readonly waitingMax: number;
  /** How long an environment may be idle, on the cloud's clock. */
  readonly idleTimeoutMs: number;
}
