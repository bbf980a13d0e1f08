import { neverConfigured } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketCors: S3Operation<"GetBucketCors"> = (ctx, input) =>
  ctx.store.read((tx) => neverConfigured(tx, input, "NoSuchCORSConfiguration"));
