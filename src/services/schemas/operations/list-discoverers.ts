import { pageOf } from "../../pages.ts";
import { describedDiscoverer } from "../discoverer.ts";
import { discoverers, ownerKey } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchemasOperation } from "../ports.ts";

/** A page holds what of it listens to the wanted bus. */
export const listDiscoverers: SchemasOperation<"ListDiscoverers"> = async (ctx, input) => {
  const page = await ctx.store.read((tx) =>
    pageOf(
      tx,
      { records: discoverers, prefix: ownerKey(ctx), namePrefix: input.DiscovererIdPrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    ),
  );
  return {
    Discoverers: page.items
      .filter(({ record }) => record.sourceArn.startsWith(input.SourceArnPrefix ?? ""))
      .map(({ name, record }) => describedDiscoverer(ctx, name, record)),
    NextToken: page.token,
  };
};
