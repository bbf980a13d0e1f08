import { updateBucket } from "../bucket.ts";
import { invalidArgument, malformedXml } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

const ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];

/** What uploads that name no encryption are said to have. */
export const putBucketEncryption: S3Operation<"PutBucketEncryption"> = async (ctx, input) => {
  const encryption = input.ServerSideEncryptionConfiguration;
  if (encryption.Rules.length !== 1) {
    throw malformedXml();
  }
  const algorithm = encryption.Rules[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (algorithm !== undefined && !ALGORITHMS.includes(algorithm)) {
    throw malformedXml();
  }
  const key = encryption.Rules[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  if (key !== undefined && algorithm === "AES256") {
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
      {
        name: "ApplyServerSideEncryptionByDefault",
        value: key,
      },
    );
  }
  await ctx.store.write((tx) => updateBucket(tx, input, { encryption }));
};
