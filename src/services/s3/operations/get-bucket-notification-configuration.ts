import { requireBucket } from "../bucket.ts";
import { configurationIn } from "../configurations.ts";
import { configurationOf } from "../notification.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketNotificationConfiguration: S3Operation<
  "GetBucketNotificationConfiguration"
> = async (ctx, input) => {
  const notifications = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return configurationIn(tx, input.Bucket, "notification");
  });
  return notifications === undefined ? {} : configurationOf(notifications);
};
