/**
 * What the on-failure destination of a mapping is told of a discarded batch.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
import type { PolledMapping } from "../outbox/event-source.ts";
import type { DiscardReason } from "./stream-batch.ts";
import type { SourceRecord } from "./stream-source.ts";

export interface DiscardedBatch {
  readonly records: readonly SourceRecord[];
  readonly reason: DiscardReason;
  /** How often the function had it. */
  readonly invocations: number;
  /** Of the last invocation. */
  readonly requestId: string;
  readonly functionError: string | undefined;
  readonly executedVersion: string | undefined;
  /** `DDBStreamBatchInfo`. */
  readonly infoName: string;
  readonly shardId: string;
}

export function failureRecord(
  nowMs: number,
  mapping: PolledMapping,
  discarded: DiscardedBatch,
): object {
  const { records, infoName } = discarded;
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: discarded.requestId,
      functionArn: mapping.functionArn,
      condition: discarded.reason,
      approximateInvokeCount: discarded.invocations,
    },
    ...(discarded.invocations > 0 && {
      responseContext: {
        statusCode: 200,
        executedVersion: discarded.executedVersion ?? "$LATEST",
        functionError: discarded.functionError ?? null,
      },
    }),
    version: "1.0",
    timestamp: new Date(nowMs).toISOString(),
    [infoName]: {
      shardId: discarded.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  };
}

/** To the ms of Kinesis, `2019-11-14T00:38:04.835Z`, or the second, `2019-11-14T00:13:19Z`. */
function arrival(record: SourceRecord | undefined): string {
  return new Date(record?.arrivedMs ?? 0).toISOString().replace(".000Z", "Z");
}

/** A bucket gets the batch itself, too. */
export function failureObject(
  nowMs: number,
  parts: { readonly mapping: PolledMapping; readonly uuid: string; readonly payload: string },
  discarded: DiscardedBatch,
): { readonly bucket: string; readonly key: string; readonly body: string } {
  const { mapping, uuid, payload } = parts;
  const bucket = (mapping.stream?.onFailureArn ?? "").split(":").at(-1) ?? "";
  const [day = "", time = ""] = new Date(nowMs).toISOString().slice(0, 19).split("T");
  const path = `aws/lambda/${mapping.uuid}/${discarded.shardId}/${day.replaceAll("-", "/")}`;
  return {
    bucket,
    key: `${path}/${day}T${time.replaceAll(":", ".")}-${uuid}`,
    body: JSON.stringify({ ...failureRecord(nowMs, mapping, discarded), payload }),
  };
}
