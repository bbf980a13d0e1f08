import { filteredPage } from "../../pages.ts";
import { pipes } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import { type Pipe, summaryOf } from "../pipe.ts";
import type { PipesOperation } from "../ports.ts";

export const listPipes: PipesOperation<"ListPipes"> = async (ctx, input) => {
  const { DesiredState, CurrentState, SourcePrefix = "", TargetPrefix = "" } = input;
  const isWanted = (pipe: Pipe): boolean =>
    pipe.desiredState === (DesiredState ?? pipe.desiredState) &&
    pipe.currentState === (CurrentState ?? pipe.currentState) &&
    pipe.source.startsWith(SourcePrefix) &&
    pipe.target.startsWith(TargetPrefix);
  const page = await ctx.store.read((tx) =>
    filteredPage(
      tx,
      {
        records: pipes,
        prefix: [ctx.region, ctx.accountId],
        namePrefix: input.NamePrefix,
        isWanted,
      },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    ),
  );
  return {
    Pipes: page.items.map(({ record }) => ({
      ...summaryOf(ctx, record),
      StateReason: record.stateReason,
      Source: record.source,
      Target: record.target,
      Enrichment: record.enrichment,
    })),
    NextToken: page.token,
  };
};
