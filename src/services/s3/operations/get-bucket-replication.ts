import { neverConfigured } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketReplication: S3Operation<"GetBucketReplication"> = (ctx, input) =>
  ctx.store.read((tx) => neverConfigured(tx, input, "ReplicationConfigurationNotFoundError"));
