import type { KinesisOperation } from "../ports.ts";
import { changeRetention } from "../retention-period.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DecreaseStreamRetentionPeriod.html */
export const decreaseStreamRetentionPeriod: KinesisOperation<
  "DecreaseStreamRetentionPeriod"
> = async (ctx, input) => {
  await changeRetention(ctx, "DecreaseStreamRetentionPeriod", input);
};
