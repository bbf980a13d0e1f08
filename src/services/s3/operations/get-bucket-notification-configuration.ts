import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** No notifications: they cannot be put. */
export const getBucketNotificationConfiguration: S3Operation<
  "GetBucketNotificationConfiguration"
> = async (ctx, input) => {
  await ctx.store.read((tx) => requireBucket(tx, input));
  return {};
};
