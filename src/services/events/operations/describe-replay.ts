import { describedReplay, replayArn, requireReplay } from "../archive/replay.ts";
import type { EventsOperation } from "../ports.ts";

export const describeReplay: EventsOperation<"DescribeReplay"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const id = { accountId, region, name: input.ReplayName };
  const replay = await ctx.store.read((tx) => requireReplay(tx, id));
  return {
    ...describedReplay(replay),
    ReplayArn: replayArn(id),
    Description: replay.description,
    Destination: { Arn: replay.busArn, FilterArns: replay.filterArns },
  };
};
