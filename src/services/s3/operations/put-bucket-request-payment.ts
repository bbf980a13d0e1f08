import { updateBucket } from "../bucket.ts";
import { malformedXml } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

/** Kept and told; nobody pays. */
export const putBucketRequestPayment: S3Operation<"PutBucketRequestPayment"> = async (
  ctx,
  input,
) => {
  const { Payer: payer } = input.RequestPaymentConfiguration;
  if (payer !== "BucketOwner" && payer !== "Requester") {
    throw malformedXml();
  }
  await ctx.store.write((tx) => updateBucket(tx, input, { payer }));
};
