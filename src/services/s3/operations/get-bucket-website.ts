import { neverConfigured } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketWebsite: S3Operation<"GetBucketWebsite"> = (ctx, input) =>
  ctx.store.read((tx) => neverConfigured(tx, input, "NoSuchWebsiteConfiguration"));
