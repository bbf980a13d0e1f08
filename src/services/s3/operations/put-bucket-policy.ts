import { requireBucket } from "../bucket.ts";
import { isPublicPolicy } from "../bucket-policy.ts";
import { accessDenied, malformedPolicy } from "../errors.ts";
import { policies } from "../keys.ts";
import { POLICY_BYTES_MAX } from "../limits.ts";
import type { S3Operation } from "../ports.ts";

/** Kept and returned as it is; it is not evaluated. */
export const putBucketPolicy: S3Operation<"PutBucketPolicy"> = async (ctx, input) => {
  checkPolicy(input.Policy);
  await ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublicPolicy(input.Policy)) {
      throw accessDenied();
    }
    policies.put(tx, [input.Bucket], input.Policy);
  });
};

function checkPolicy(text: string): void {
  if (Buffer.byteLength(text) > POLICY_BYTES_MAX) {
    throw malformedPolicy(
      "Normalized policy document exceeds the maximum allowed size of 20480 bytes",
    );
  }
  const policy = parsed(text);
  if (!("Statement" in policy)) {
    throw malformedPolicy("Missing required field Statement");
  }
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (text.startsWith("{") && typeof value === "object" && value !== null) {
      return value;
    }
  } catch {
    // Not JSON: refused below like any other text that is no policy.
  }
  throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
}
