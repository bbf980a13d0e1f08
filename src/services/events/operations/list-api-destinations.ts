import { pageOf } from "../../pages.ts";
import { apiDestinations, describedApiDestination } from "../http/api-destination.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

/** A page holds what of it uses the wanted connection. */
export const listApiDestinations: EventsOperation<"ListApiDestinations"> = async (ctx, input) => {
  const prefix = [ctx.accountId, ctx.region];
  const { ConnectionArn: wanted } = input;
  return ctx.store.read((tx) => {
    const page = pageOf(
      tx,
      { records: apiDestinations, prefix, namePrefix: input.NamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    );
    return {
      ApiDestinations: page.items
        .filter(({ record }) => wanted === undefined || record.connectionArn === wanted)
        .map(({ record }) => describedApiDestination(tx, record)),
      NextToken: page.token,
    };
  });
};
