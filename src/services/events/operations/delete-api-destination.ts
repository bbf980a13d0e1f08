import {
  apiDestinationKey,
  apiDestinations,
  requireApiDestination,
} from "../http/api-destination.ts";
import type { EventsOperation } from "../ports.ts";

export const deleteApiDestination: EventsOperation<"DeleteApiDestination"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  await ctx.store.write((tx) => {
    const destination = requireApiDestination(tx, { accountId, region, name: input.Name });
    apiDestinations.delete(tx, apiDestinationKey(destination));
  });
  return {};
};
