import { malformedXml } from "../errors.ts";
import { legalHoldOf, noLock } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";
import { changeVersion } from "../versioned.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export const putObjectLegalHold: S3Operation<"PutObjectLegalHold"> = async (ctx, input) => {
  const status = input.LegalHold?.Status;
  if (status === undefined) {
    throw malformedXml();
  }
  const hasLegalHold = legalHoldOf(status);
  await ctx.store.write((tx) => {
    changeVersion(tx, input, ({ bucket }) => {
      if (bucket.objectLock === undefined) {
        throw noLock();
      }
      return { hasLegalHold };
    });
  });
  return {};
};
