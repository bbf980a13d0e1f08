import type { KinesisOperation } from "../ports.ts";
import { activeStream } from "../stream.ts";
import { putStream } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html */
export const updateMaxRecordSize: KinesisOperation<"UpdateMaxRecordSize"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, "UpdateMaxRecordSize", input);
    const changed = { ...stream, recordKibMax: input.MaxRecordSizeInKiB };
    putStream(tx, changed, "UPDATING", ctx.transitions);
  });
};
