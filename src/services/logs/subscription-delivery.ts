/**
 * Delivers log events to the subscribers of their group, in the transaction that stores them.
 *
 * | destination | gets                                                                   |
 * |-------------|------------------------------------------------------------------------|
 * | function    | an asynchronous invocation: `{"awslogs":{"data":"<base 64 of gzip>"}}` |
 * | stream      | a record: the same bytes, not in base 64                               |
 *
 * Invariants:
 * D1  What a filter's delivery makes a function write is not delivered by that filter again: the
 *     lineage in the trace of each line tells. Lines of an init phase have no trace: they are not
 *     delivered to their own function. So no function calls itself for ever by what it logs.
 * D2  One delivery has events of one log stream and one trace.
 *
 * A destination that refuses (it is gone, the delivery is too large) loses the events, as on AWS
 * after what it calls a nonretryable error; the journal has the delivery with its error.
 *
 * Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-recursion-prevention.html
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { parseArn } from "../../base/arn.ts";
import { parseLogFilter } from "../../languages/log-filter/log-filter.ts";
import type { Hop } from "../../outbox/journal.ts";
import { newTrace, withPassage } from "../../outbox/lineage.ts";
import { type Acceptance, deliver, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { eventId, type Position } from "./event-id.ts";
import { subscriptionFilters } from "./keys.ts";
import { DELIVERY_BYTES_MAX } from "./limits.ts";
import { groupArn, type LogGroup } from "./log-group.ts";
import { filterStation, type SubscriptionFilterRecord } from "./subscription-filter.ts";

export interface SubscribedEvent extends Position {
  readonly message: string;
  readonly trace: string | undefined;
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME` */
const FUNCTION_ARN_PARTS = 7;

interface Origin {
  readonly group: LogGroup;
  readonly streamName: string;
  readonly sinks: Sinks;
  readonly writer?: string | undefined;
}

/** What reaches the destination, before it is compressed. */
interface Document {
  readonly messageType: "DATA_MESSAGE" | "CONTROL_MESSAGE";
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly {
    readonly id: string;
    readonly timestamp: number;
    readonly message: string;
  }[];
}

interface Delivery {
  readonly filter: SubscriptionFilterRecord;
  readonly trace: string | undefined;
  readonly events: readonly SubscribedEvent[];
}

export function deliverToSubscribers(
  tx: WriteTx,
  origin: Origin,
  events: readonly SubscribedEvent[],
): void {
  if ((origin.group.subscriptionFilterCount ?? 0) === 0) {
    return;
  }
  for (const { record: filter } of subscriptionFilters.list(tx, { prefix: [origin.group.id] })) {
    const { matches } = parseLogFilter(filter.pattern);
    const isOwn = isSameFunction(filter.destinationArn, origin.writer);
    const wanted = events.filter(
      ({ message, trace }) => !(isOwn && trace === undefined) && matches?.(message) === true,
    );
    for (const [trace, ofTrace] of byTrace(wanted)) {
      deliverTraced(tx, origin, { filter, trace, events: ofTrace });
    }
  }
}

/** Whatever version or alias of it. */
function isSameFunction(a: string, b: string | undefined): boolean {
  const nameOf = (arn: string): string => arn.split(":").slice(0, FUNCTION_ARN_PARTS).join(":");
  return b !== undefined && nameOf(a) === nameOf(b);
}

function byTrace(
  events: readonly SubscribedEvent[],
): ReadonlyMap<string | undefined, readonly SubscribedEvent[]> {
  const found = new Map<string | undefined, SubscribedEvent[]>();
  for (const event of events) {
    const others = found.get(event.trace);
    if (others === undefined) {
      found.set(event.trace, [event]);
    } else {
      others.push(event);
    }
  }
  return found;
}

function deliverTraced(tx: WriteTx, origin: Origin, delivery: Delivery): void {
  const { filter, events } = delivery;
  const station = filterStation(origin.group, filter);
  const given = delivery.trace ?? newTrace(tx.random, tx.nowMs);
  const { trace, count } = withPassage(given, station);
  if (count > 1) {
    const hop: Hop = {
      atMs: tx.nowMs,
      kind: "delivery",
      source: groupArn(origin.group),
      target: filter.destinationArn,
      outcome: "RecursiveLoop",
      trace,
    };
    tx.note(hop);
    return;
  }
  for (const compressed of compressedParts(origin, filter, events)) {
    handOver(tx, origin, { filter, compressed, trace });
  }
}

/** In halves where the whole is too large; a single event goes whatever its size. */
function compressedParts(
  origin: Origin,
  filter: SubscriptionFilterRecord,
  events: readonly SubscribedEvent[],
): readonly Uint8Array[] {
  const { group, streamName } = origin;
  const compressed = compress({
    messageType: "DATA_MESSAGE",
    owner: group.accountId,
    logGroup: group.name,
    logStream: streamName,
    subscriptionFilters: [filter.name],
    logEvents: events.map((event) => ({
      id: eventId(event),
      timestamp: event.timestampMs,
      message: event.message,
    })),
  });
  if (compressed.length <= DELIVERY_BYTES_MAX || events.length === 1) {
    return [compressed];
  }
  const half = Math.ceil(events.length / 2);
  return [events.slice(0, half), events.slice(half)].flatMap((part) =>
    compressedParts(origin, filter, part),
  );
}

function compress(document: Document): Uint8Array {
  return gzipSync(JSON.stringify(document));
}

/**
 * The record by which a stream is tried when it becomes a destination. Functions get none.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export function deliverTestMessage(
  tx: WriteTx,
  origin: Origin,
  filter: SubscriptionFilterRecord,
): Acceptance {
  const message = "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.";
  const compressed = compress({
    messageType: "CONTROL_MESSAGE",
    owner: "CloudwatchLogs",
    logGroup: "",
    logStream: "",
    subscriptionFilters: [],
    logEvents: [{ id: "", timestamp: tx.nowMs, message }],
  });
  return handOver(tx, origin, { filter, compressed, trace: undefined });
}

function handOver(
  tx: WriteTx,
  { group, streamName, sinks }: Origin,
  given: {
    readonly filter: SubscriptionFilterRecord;
    readonly compressed: Uint8Array;
    readonly trace: string | undefined;
  },
): Acceptance {
  const { filter, compressed, trace } = given;
  const { destinationArn, distribution } = filter;
  const data = Buffer.from(compressed).toString("base64");
  const common = { sourceArn: groupArn(group), trace };
  if (parseArn(destinationArn)?.service !== "kinesis") {
    const payload = JSON.stringify({ awslogs: { data } });
    return deliver(tx, sinks, destinationArn, { ...common, payload });
  }
  return deliver(tx, sinks, destinationArn, {
    ...common,
    payload: data,
    bytes: compressed,
    // A partition key may be shorter than the name of a log stream.
    ...(distribution === "ByLogStream" && {
      groupId: createHash("md5").update(streamName).digest("hex"),
    }),
  });
}
