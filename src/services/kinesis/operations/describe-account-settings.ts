import { commitmentOf, shownCommitment } from "../account.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html */
export const describeAccountSettings: KinesisOperation<"DescribeAccountSettings"> = (ctx) =>
  ctx.store.read((tx) => shownCommitment(commitmentOf(tx, ctx)));
