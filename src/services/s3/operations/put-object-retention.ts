import { malformedXml } from "../errors.ts";
import { bypassOf, checkRetentionChange, noLock, retentionOf } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";
import { changeVersion } from "../versioned.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const putObjectRetention: S3Operation<"PutObjectRetention"> = async (ctx, input) => {
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
  if ((mode === undefined) !== (until === undefined)) {
    throw malformedXml();
  }
  await ctx.store.write((tx) => {
    changeVersion(tx, input, ({ bucket, object }) => {
      if (bucket.objectLock === undefined) {
        throw noLock();
      }
      const retention =
        mode === undefined || until === undefined ? undefined : retentionOf(mode, until, tx.nowMs);
      checkRetentionChange(object.retention, retention, {
        nowMs: tx.nowMs,
        bypassesGovernance: bypassOf(input, bucket),
      });
      return { retention };
    });
  });
  return {};
};
