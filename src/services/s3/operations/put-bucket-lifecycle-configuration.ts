import { updateBucket } from "../bucket.ts";
import { putConfiguration } from "../configurations.ts";
import { invalidArgument, malformedXml } from "../errors.ts";
import type { TransitionMinimum } from "../lifecycle.ts";
import { checkedRules } from "../lifecycle-check.ts";
import { armLifecycle } from "../lifecycle-run.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const putBucketLifecycleConfiguration: S3Operation<
  "PutBucketLifecycleConfiguration"
> = async (ctx, input) => {
  const { LifecycleConfiguration: given } = input;
  if (given === undefined) {
    throw malformedXml();
  }
  const transitionMinimum = minimumOf(input.TransitionDefaultMinimumObjectSize);
  await ctx.store.write((tx) => {
    const rules = checkedRules(given.Rules, () => tx.random.uuid());
    updateBucket(tx, input, { hasLifecycle: true });
    putConfiguration(tx, input.Bucket, "lifecycle", { rules, transitionMinimum });
    armLifecycle(tx, input.Bucket);
  });
  return { TransitionDefaultMinimumObjectSize: transitionMinimum };
};

function minimumOf(given = "all_storage_classes_128K"): TransitionMinimum {
  if (given !== "all_storage_classes_128K" && given !== "varies_by_storage_class") {
    throw invalidArgument("Invalid TransitionDefaultMinimumObjectSize", {
      name: "x-amz-transition-default-minimum-object-size",
      value: given,
    });
  }
  return given;
}
