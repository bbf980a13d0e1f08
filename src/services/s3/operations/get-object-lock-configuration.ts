import { neverConfigured } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getObjectLockConfiguration: S3Operation<"GetObjectLockConfiguration"> = (ctx, input) =>
  ctx.store.read((tx) => neverConfigured(tx, input, "ObjectLockConfigurationNotFoundError"));
