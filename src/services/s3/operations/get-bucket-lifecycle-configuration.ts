import { neverConfigured } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketLifecycleConfiguration: S3Operation<"GetBucketLifecycleConfiguration"> = (
  ctx,
  input,
) => ctx.store.read((tx) => neverConfigured(tx, input, "NoSuchLifecycleConfiguration"));
