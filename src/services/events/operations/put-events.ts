import type { ReadTx, WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import type { RequestContext } from "../../service.ts";
import { busArn, busIdOf, findBus } from "../bus.ts";
import { mayPutEvents } from "../bus-policy.ts";
import type { Delivery, OnDropped } from "../delivery.ts";
import { parseDetail } from "../detail.ts";
import { accessDenied, validationException } from "../errors.ts";
import { type BusEvent, busEvent } from "../event.ts";
import type { BusId } from "../keys.ts";
import { ENTRIES_SIZE_MAX } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

type Entry = Input<"events", "PutEvents">["Entries"][number];
type Result = NonNullable<Output<"events", "PutEvents">["Entries"]>[number];

type Dropped = Parameters<OnDropped>[0];

/** An entry that was found good, or the failure that stands in its place in the answer. */
type Checked = Good | { readonly failure: Result };

interface Good {
  readonly entry: Entry & { readonly Source: string; readonly DetailType: string };
  readonly detail: { readonly text: string; readonly value: object };
  readonly bus: BusId;
}

/**
 * All entries of a call, with all their deliveries, are one transaction. An entry for a bus that
 * does not exist is accepted and goes nowhere, as on AWS.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export const putEvents: EventsOperation<"PutEvents"> = async (ctx, input) => {
  if (input.EndpointId !== undefined) {
    throw notSupported("PutEvents", "EndpointId");
  }
  const sizeBytes = input.Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (sizeBytes > ENTRIES_SIZE_MAX) {
    throw validationException("Total size of the entries in the request is over the limit.");
  }
  const checked = input.Entries.map((entry) => check(ctx, entry));
  const failed = checked.filter((entry) => "failure" in entry).length;
  if (failed === checked.length) {
    return answer(checked.flatMap((entry) => ("failure" in entry ? entry.failure : [])));
  }
  const { results, dropped } = await ctx.store.write((tx) => {
    for (const entry of checked) {
      if ("entry" in entry && entry.bus.accountId !== ctx.accountId) {
        checkAccess(tx, ctx.accountId, entry);
      }
    }
    const dropped: Dropped[] = [];
    const onDropped = (drop: Dropped): void => void dropped.push(drop);
    const results = checked.map((entry) =>
      "failure" in entry ? entry.failure : accept(tx, ctx, { ...entry, onDropped }),
    );
    return { results, dropped };
  });
  for (const drop of dropped) {
    ctx.log.write("warn", "events: a target refused an event, which is dropped", drop);
  }
  return answer(results);
};

function answer(results: readonly Result[]): Output<"events", "PutEvents"> {
  const failed = results.filter((result) => result.ErrorCode !== undefined).length;
  return { FailedEntryCount: failed, Entries: results };
}

/** A bus of another account takes what its policy allows; else the whole call is refused. */
function checkAccess(tx: ReadTx, accountId: string, { entry, bus: id }: Good): void {
  const bus = findBus(tx, id);
  const attempt = { accountId, source: entry.Source, detailType: entry.DetailType };
  if (bus !== undefined && !mayPutEvents(id, bus, attempt)) {
    throw accessDenied(accountId, busArn(id));
  }
}

function accept(
  tx: WriteTx,
  ctx: RequestContext & { readonly delivery: Delivery },
  { entry, detail, bus, onDropped }: Good & { readonly onDropped: OnDropped },
): Result {
  const id = tx.random.uuid();
  const event: BusEvent = busEvent(
    {
      id,
      source: entry.Source,
      detailType: entry.DetailType,
      accountId: ctx.accountId,
      region: ctx.region,
      timeMs: entry.Time?.getTime() ?? tx.nowMs,
      resources: entry.Resources ?? [],
    },
    detail,
    entry.TraceHeader ?? ctx.trace,
  );
  ctx.delivery.toBus(tx, bus, event, { onDropped });
  return { EventId: id };
}

function check(ctx: RequestContext, entry: Entry): Checked {
  for (const name of ["Source", "DetailType", "Detail"] as const) {
    if (!entry[name]) {
      return failure(
        "InvalidArgument",
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  const { Source = "", DetailType = "", Detail = "" } = entry;
  if (Source.startsWith("aws.")) {
    return failure("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  const value = parseDetail(Detail);
  if (value === undefined) {
    return failure("MalformedDetail", "Detail is malformed.");
  }
  return {
    entry: { ...entry, Source, DetailType },
    detail: { text: Detail, value },
    bus: busIdOf(ctx, entry.EventBusName),
  };
}

function failure(ErrorCode: string, ErrorMessage: string): Checked {
  return { failure: { ErrorCode, ErrorMessage } };
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function sizeOf(entry: Entry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const timeBytes = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), timeBytes);
}
