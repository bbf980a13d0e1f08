import { notSupported } from "../../../wire/aws-error.ts";
import { invalidValue, missingParameter } from "../errors.ts";
import { DATA_PER_REQUEST_MAX } from "../limits.ts";
import { addData } from "../metrics/data.ts";
import { dataOf } from "../metrics/datum.ts";
import type { CloudWatchOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricData: CloudWatchOperation<"PutMetricData"> = async (ctx, input) => {
  const { Namespace: namespace, MetricData: given = [] } = input;
  if (input.EntityMetricData !== undefined) {
    throw notSupported("PutMetricData", "EntityMetricData");
  }
  if (namespace.startsWith("AWS/")) {
    throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  }
  if (given.length === 0) {
    throw missingParameter("The parameter MetricData is required.");
  }
  if (given.length > DATA_PER_REQUEST_MAX) {
    throw invalidValue(
      `The collection MetricData must not have a size greater than ${DATA_PER_REQUEST_MAX}.`,
    );
  }
  const added = given.map((datum, index) =>
    dataOf(datum, { namespace, place: `MetricData.member.${index + 1}`, nowMs: ctx.nowMs }),
  );
  await ctx.store.write((tx) => {
    for (const one of added) {
      addData(tx, ctx, one);
    }
  });
};
