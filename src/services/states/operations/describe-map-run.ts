import { describedMapRun, existingMapRun } from "../map-run/described.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export const describeMapRun: StatesOperation<"DescribeMapRun"> = async (ctx, input) =>
  ctx.store.read((tx) => describedMapRun(existingMapRun(tx, input.mapRunArn)));
