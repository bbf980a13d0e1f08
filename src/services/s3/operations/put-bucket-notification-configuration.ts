import { deliver } from "../../../outbox/sink.ts";
import type { WriteTx } from "../../../store/store.ts";
import { type Bucket, bucketArn, requireBucket, updateBucket } from "../bucket.ts";
import { destinationsNotValid } from "../configuration-errors.ts";
import { deleteConfiguration, putConfiguration } from "../configurations.ts";
import { type RefusedDestination, refusedFunctions } from "../destination-functions.ts";
import { type NotificationRule, notificationsOf } from "../notification.ts";
import { SUBJECT } from "../notify.ts";
import { testNotification } from "../object-event.ts";
import type { S3Context, S3Operation } from "../ports.ts";

/**
 * Replaces all. Queues and topics get a test message, which also shows that they are there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export const putBucketNotificationConfiguration: S3Operation<
  "PutBucketNotificationConfiguration"
> = async (ctx, input) => {
  const given = input.NotificationConfiguration;
  const isChecked = input.SkipDestinationValidation !== true;
  const functions = (given.LambdaFunctionConfigurations ?? []).map((one) => one.LambdaFunctionArn);
  const unfit = isChecked ? await refusedFunctions(ctx, input.Bucket, functions) : [];
  await ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const notifications = notificationsOf(given, () => tx.random.uuid());
    const isEmpty = notifications.rules.length === 0 && !notifications.toEventBridge;
    updateBucket(tx, input, { notifies: isEmpty ? undefined : true });
    if (isEmpty) {
      deleteConfiguration(tx, bucket.name, "notification");
    } else {
      putConfiguration(tx, bucket.name, "notification", notifications);
    }
    if (isChecked) {
      const refused = notifications.rules.flatMap((rule) => refusalOf(tx, ctx, bucket, rule));
      const all = [...refused, ...unfit];
      if (all.length > 0) {
        throw destinationsNotValid(all);
      }
    }
  });
};

function refusalOf(
  tx: WriteTx,
  ctx: S3Context,
  bucket: Bucket,
  { kind, arn }: NotificationRule,
): readonly RefusedDestination[] {
  if (arn.split(":")[3] !== bucket.region) {
    return [
      [
        arn,
        "The notification destination service region is not valid for the bucket location constraint",
      ],
    ];
  }
  if (kind === "CloudFunction") {
    return [];
  }
  const acceptance = deliver(tx, ctx.sinks, arn, {
    payload: testNotification(bucket.name, ctx.requestId, tx.nowMs),
    sourceArn: bucketArn(bucket.name),
    subject: SUBJECT,
    trace: ctx.trace,
  });
  const what = kind === "Queue" ? "queue" : "topic";
  return acceptance.accepted ? [] : [[arn, `The destination ${what} does not exist`]];
}
