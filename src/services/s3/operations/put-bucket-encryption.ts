import { notSupported } from "../../../wire/aws-error.ts";
import { updateBucket } from "../bucket.ts";
import { malformedXml } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

/** With keys of S3 itself; AWS KMS is not supported. */
export const putBucketEncryption: S3Operation<"PutBucketEncryption"> = async (ctx, input) => {
  const encryption = input.ServerSideEncryptionConfiguration;
  if (encryption.Rules.length !== 1) {
    throw malformedXml();
  }
  const algorithm = encryption.Rules[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (algorithm !== undefined && algorithm !== "AES256") {
    throw notSupported("PutBucketEncryption", `SSEAlgorithm ${algorithm}`);
  }
  await ctx.store.write((tx) => updateBucket(tx, input, { encryption }));
};
