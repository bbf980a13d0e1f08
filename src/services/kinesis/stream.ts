/** Streams: what is kept of one, how requests name it, and how it is shown. */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type {
  EnhancedMetrics,
  StreamDescriptionSummary,
  WarmThroughputObject,
} from "../../wire/models/kinesis.gen.ts";
import type { RequestContext } from "../service.ts";
import { invalidArgument, streamNotActive, streamNotFound } from "./errors.ts";
import { streams } from "./keys.ts";
import { RECORD_KIB_DEFAULT } from "./limits.ts";
import { checkAccess } from "./policy.ts";

export type StreamStatus = "ACTIVE" | "CREATING" | "DELETING" | "UPDATING";
export type StreamMode = "ON_DEMAND" | "PROVISIONED";

export interface Stream extends StreamId {
  readonly number: number;
  readonly createdMs: number;
  readonly status: StreamStatus;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly recordKibMax: number;
  /** Of an encrypted stream. */
  readonly keyId?: string | undefined;
  /** Shard-level metrics that are to be sent. */
  readonly metrics: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly warmMibps?: number | undefined;
  /** Of a stream on demand that spreads its records evenly, whatever their keys. */
  readonly distributesItself?: boolean | undefined;
  /** The index of the next shard: as many have there ever been. */
  readonly shardCount: number;
  /** In the order of their hash ranges, which leave no gap. */
  readonly open: readonly OpenShard[];
  /** A timer for the records that expire is armed. */
  readonly isTrimmed: boolean;
  /** When the number of shards was set, and the mode changed, in the last 24 h. */
  readonly scaledMs: readonly number[];
  readonly modeChangedMs: readonly number[];
}

export interface StreamId {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export interface OpenShard {
  readonly index: number;
  /** The last hash key of its range, in hexadecimal. */
  readonly end: string;
}

/** How requests name a stream. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
}

export function streamArn({ accountId, region, name }: StreamId): string {
  return formatArn({ service: "kinesis", region, accountId, resource: `stream/${name}` });
}

/** Of the stream's ARN or that of one of its consumers. */
export function streamIdOfArn(arn: string): StreamId | undefined {
  const { service, region = "", accountId = "", resource = "" } = parseArn(arn) ?? {};
  const [type, name = ""] = resource.split("/");
  return service === "kinesis" && type === "stream" && name !== ""
    ? { accountId, region, name }
    : undefined;
}

export function findStream(tx: ReadTx, id: StreamId): Stream | undefined {
  return streams.get(tx, [id.region, id.accountId, id.name]);
}

/** Throws what AWS does when a stream is named in no way, or in two. */
export function streamIdOf(
  ctx: RequestContext,
  operation: string,
  given: StreamReference,
): StreamId {
  const { StreamName: name, StreamARN: arn } = given;
  if (given.StreamId !== undefined) {
    throw notSupported(operation, "StreamId");
  }
  if (arn === undefined && name === undefined) {
    throw invalidArgument("Either StreamName or StreamARN should be provided.");
  }
  const own = { accountId: ctx.accountId, region: ctx.region, name: name ?? "" };
  if (arn === undefined) {
    return own;
  }
  const id = streamIdOfArn(arn);
  if (id === undefined) {
    throw invalidArgument(`StreamARN ${arn} is invalid.`);
  }
  if (name !== undefined && name !== id.name) {
    throw invalidArgument(`StreamName ${name} does not match StreamARN ${arn}.`);
  }
  return id;
}

/** The stream a request names, which an account other than its own needs a policy for. */
export function existingStream(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  given: StreamReference,
): Stream {
  const id = streamIdOf(ctx, operation, given);
  const stream = id.region === ctx.region ? findStream(tx, id) : undefined;
  checkAccess(tx, ctx, operation, streamArn(id));
  if (stream === undefined) {
    throw streamNotFound(id);
  }
  return stream;
}

/** A stream that takes and gives records. */
export function usableStream(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  given: StreamReference,
): Stream {
  const stream = existingStream(tx, ctx, operation, given);
  if (!isUsable(stream)) {
    throw streamNotFound(stream);
  }
  return stream;
}

export function isUsable({ status }: Stream): boolean {
  return status === "ACTIVE" || status === "UPDATING";
}

/** A stream that can be changed. */
export function activeStream(
  tx: ReadTx,
  ctx: RequestContext,
  operation: string,
  given: StreamReference,
): Stream {
  const stream = existingStream(tx, ctx, operation, given);
  if (stream.status !== "ACTIVE") {
    throw streamNotActive(stream, stream.status);
  }
  return stream;
}

/** What all descriptions of a stream share. */
export function shownStream(
  stream: Stream,
): Pick<
  StreamDescriptionSummary,
  | "StreamName"
  | "StreamARN"
  | "StreamStatus"
  | "RetentionPeriodHours"
  | "StreamCreationTimestamp"
  | "EnhancedMonitoring"
  | "StreamModeDetails"
  | "EncryptionType"
  | "KeyId"
> {
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream),
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdMs),
    EnhancedMonitoring: shownMetrics(stream),
    EncryptionType: stream.keyId === undefined ? "NONE" : "KMS",
    ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
  };
}

function shownMetrics({ metrics }: Stream): readonly EnhancedMetrics[] {
  return [{ ShardLevelMetrics: metrics }];
}

export function shownDistribution({ mode, distributesItself }: Stream): {
  readonly RecordDistributionStrategy?: string;
} {
  return mode === "PROVISIONED"
    ? {}
    : { RecordDistributionStrategy: distributesItself === true ? "AUTO" : "USER_PARTITION_KEY" };
}

export function shownWarmThroughput({ mode, warmMibps }: Stream): {
  readonly WarmThroughput?: WarmThroughputObject;
} {
  return mode === "PROVISIONED" || warmMibps === undefined
    ? {}
    : { WarmThroughput: { TargetMiBps: warmMibps, CurrentMiBps: warmMibps } };
}

export function recordBytesMax({ recordKibMax = RECORD_KIB_DEFAULT }: Stream): number {
  return recordKibMax * 1024;
}
