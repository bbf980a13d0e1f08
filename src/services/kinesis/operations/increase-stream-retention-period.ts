import type { KinesisOperation } from "../ports.ts";
import { changeRetention } from "../retention-period.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html */
export const increaseStreamRetentionPeriod: KinesisOperation<
  "IncreaseStreamRetentionPeriod"
> = async (ctx, input) => {
  await changeRetention(ctx, "IncreaseStreamRetentionPeriod", input);
};
