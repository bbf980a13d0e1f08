/**
 * Pipes that read streams, by the reader that event source mappings have: its order, its durable
 * positions, its retries.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
 */

import type { PolledMapping, StreamRules } from "../../outbox/event-source.ts";
import type { PolledPipe } from "../../outbox/polled-pipe.ts";
import type { Poller } from "../pollers.ts";
import type { BatchOutcome } from "../stream-batch.ts";
import type { DiscardedBatch } from "../stream-failure-record.ts";
import type { BatchInvocation, Invoked, StreamConsumer } from "../stream-invocation.ts";
import { StreamPoller } from "../stream-poller.ts";
import type { SourceRecord } from "../stream-source.ts";
import { executePipe } from "./pipe-execution.ts";
import type { PipePollerPorts } from "./pipe-poller.ts";

const NEVER: AbortSignal = new AbortController().signal;

export function streamPipePoller(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  stream: { readonly id: string; readonly rules: StreamRules },
): Poller {
  const mapping: PolledMapping = {
    uuid: stream.id,
    accountId: pipe.accountId,
    region: pipe.region,
    sourceArn: pipe.sourceArn,
    functionArn: pipe.arn,
    batchSize: pipe.batchSize,
    batchWindowMs: pipe.batchWindowMs,
    concurrencyMax: undefined,
    filters: pipe.filters,
    reportsItemFailures: true,
    stream: stream.rules,
  };
  const consumer: StreamConsumer = {
    label: `The pipe ${pipe.name}`,
    consume: (invocation) => consume(ports, pipe, invocation),
    failureRecord: (nowMs, discarded) => failureRecord(nowMs, pipe, discarded),
  };
  return new StreamPoller({ ...ports, consumer }, mapping, stream.rules);
}

/** Whatever fails is a failed attempt: retries, age and the dead-letter queue put an end to it. */
async function consume(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  { batch }: BatchInvocation,
): Promise<Invoked> {
  const records = batch.records.map((record) => ({ id: idOf(record), event: record.event }));
  const { failed, trouble } = await executePipe(ports, pipe, {
    records,
    trace: undefined,
    abort: NEVER,
  });
  if (trouble !== undefined) {
    const { what, error } = trouble;
    ports.log.write("warn", `The pipe ${pipe.name} ${what}.`, { error: String(error) });
  }
  const failedFrom = records.findIndex(({ id }) => failed.has(id));
  const outcome: BatchOutcome =
    failedFrom === -1 ? { kind: "done" } : { kind: "failed", failedFrom };
  return { outcome, state: undefined, requestId: ports.random.uuid(), functionError: undefined };
}

/** By which a target names a record that failed. */
function idOf({ event, sequenceNumber }: SourceRecord): string {
  const { eventID } = event as { readonly eventID?: unknown };
  return typeof eventID === "string" ? eventID : sequenceNumber;
}

function failureRecord(nowMs: number, pipe: PolledPipe, discarded: DiscardedBatch): object {
  const { records, reason, infoName, shardId } = discarded;
  const [first, last] = [records[0], records.at(-1)];
  return {
    context: { partnerResourceArn: pipe.arn, condition: reason },
    version: "1.0",
    timestamp: new Date(nowMs).toISOString(),
    [infoName]: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrivedMs ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrivedMs ?? 0).toISOString(),
      batchSize: records.length,
      streamArn: pipe.sourceArn,
    },
  };
}
