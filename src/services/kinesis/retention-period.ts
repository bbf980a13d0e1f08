/** Longer and shorter retention: 24 hours to 365 days. */
import { invalidArgument } from "./errors.ts";
import { RETENTION_HOURS_MAX, RETENTION_HOURS_MIN } from "./limits.ts";
import type { KinesisContext } from "./ports.ts";
import { armTrim } from "./retention.ts";
import { activeStream, type StreamReference } from "./stream.ts";
import { putStream } from "./transition.ts";

type Direction = "IncreaseStreamRetentionPeriod" | "DecreaseStreamRetentionPeriod";

interface Request extends StreamReference {
  readonly RetentionPeriodHours: number;
}

export async function changeRetention(
  ctx: KinesisContext,
  operation: Direction,
  input: Request,
): Promise<void> {
  const hours = input.RetentionPeriodHours;
  await ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, operation, input);
    checkHours(hours);
    const { name, retentionHours: present } = stream;
    if (operation === "IncreaseStreamRetentionPeriod" && hours < present) {
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${name} can not be shorter than ` +
          `existing retention period (${present} hours). Use DecreaseRetentionPeriod API.`,
      );
    }
    if (operation === "DecreaseStreamRetentionPeriod" && hours > present) {
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${name} can not be longer than ` +
          `existing retention period (${present} hours). Use IncreaseRetentionPeriod API.`,
      );
    }
    const changed = { ...stream, retentionHours: hours };
    putStream(tx, changed, "UPDATING", ctx.transitions);
    if (stream.isTrimmed && hours < present) {
      // What is too old all at once goes with the next hour.
      armTrim(tx, changed, 0);
    }
  });
}

function checkHours(hours: number): void {
  if (hours < RETENTION_HOURS_MIN) {
    throw invalidArgument(
      `Minimum allowed retention period is ${RETENTION_HOURS_MIN} hours. ` +
        `Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > RETENTION_HOURS_MAX) {
    throw invalidArgument(
      `Maximum allowed retention period is ${RETENTION_HOURS_MAX} hours. ` +
        `Requested retention period (${hours} hours) is too long.`,
    );
  }
}
