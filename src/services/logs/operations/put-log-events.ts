import type { Input, Output } from "../../../wire/operations.ts";
import { invalidParameter } from "../errors.ts";
import {
  BATCH_BYTES_MAX,
  DAY_MS,
  EVENT_AGE_MS_MAX,
  EVENT_BYTES_MAX,
  EVENT_FUTURE_MS_MAX,
} from "../limits.ts";
import { appendEvents, sizeBytes } from "../log-event.ts";
import { existingGroup, existingStream, groupNameOf, retainedFromMs } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

type Events = Input<"logs", "PutLogEvents">["logEvents"];
type Rejected = NonNullable<Output<"logs", "PutLogEvents">["rejectedLogEventsInfo"]>;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const putLogEvents: LogsOperation<"PutLogEvents"> = async (ctx, input) => {
  checkBatch(input.logEvents);
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  const rejected = await ctx.store.write((tx): Rejected | undefined => {
    const group = existingGroup(tx, name);
    const stream = existingStream(tx, group, input.logStreamName);
    const { accepted, rejectedInfo } = sift(input.logEvents, {
      nowMs: tx.nowMs,
      retainedFromMs: retainedFromMs(group, tx.nowMs),
    });
    if (accepted.length > 0) {
      const added = accepted.map(({ timestamp, message }) => ({
        timestampMs: timestamp,
        message,
        trace: ctx.trace,
      }));
      appendEvents(tx, { group, stream, sinks: ctx.sinks }, added);
    }
    return rejectedInfo;
  });
  return {
    ...(rejected !== undefined && { rejectedLogEventsInfo: rejected }),
    // Entities are for Application Signals, which is not here: said with AWS's own refusal.
    ...(input.entity !== undefined && {
      rejectedEntityInfo: { errorType: "UnsupportedLogGroupType" },
    }),
  };
};

function checkBatch(logEvents: Events): void {
  let batchBytes = 0;
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const { timestamp, message } of logEvents) {
    if (timestamp < beforeMs) {
      throw invalidParameter(
        "Log events in a single PutLogEvents request must be in chronological order.",
      );
    }
    beforeMs = timestamp;
    const eventBytes = sizeBytes(message);
    if (eventBytes > EVENT_BYTES_MAX) {
      throw invalidParameter(
        `Log event too large: ${eventBytes} bytes exceeds limit of ${EVENT_BYTES_MAX}`,
      );
    }
    batchBytes += eventBytes;
  }
  if (batchBytes > BATCH_BYTES_MAX) {
    throw invalidParameter(
      `Upload too large: ${batchBytes} bytes exceeds limit of ${BATCH_BYTES_MAX}`,
    );
  }
  const firstMs = logEvents[0]?.timestamp ?? 0;
  if (beforeMs - firstMs > DAY_MS) {
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  }
}

/** Leaves out what is too old or too new; the events are in order, so both are at the ends. */
function sift(
  logEvents: Events,
  times: { readonly nowMs: number; readonly retainedFromMs: number },
): { readonly accepted: Events; readonly rejectedInfo: Rejected | undefined } {
  const oldestMs = times.nowMs - EVENT_AGE_MS_MAX;
  const newestMs = times.nowMs + EVENT_FUTURE_MS_MAX;
  const tooOldEnd = countWhile(logEvents, ({ timestamp }) => timestamp < oldestMs);
  const expiredEnd = countWhile(logEvents, ({ timestamp }) => timestamp < times.retainedFromMs);
  const tooNewStart = countWhile(logEvents, ({ timestamp }) => timestamp <= newestMs);
  const rejectedInfo: Rejected = {
    ...(tooNewStart < logEvents.length && { tooNewLogEventStartIndex: tooNewStart }),
    ...(tooOldEnd > 0 && { tooOldLogEventEndIndex: tooOldEnd }),
    ...(expiredEnd > 0 && { expiredLogEventEndIndex: expiredEnd }),
  };
  return {
    accepted: logEvents.slice(Math.max(tooOldEnd, expiredEnd), tooNewStart),
    rejectedInfo: Object.keys(rejectedInfo).length === 0 ? undefined : rejectedInfo,
  };
}

function countWhile(logEvents: Events, test: (event: Events[number]) => boolean): number {
  const end = logEvents.findIndex((event) => !test(event));
  return end === -1 ? logEvents.length : end;
}
