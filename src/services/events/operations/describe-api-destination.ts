import { describedApiDestination, requireApiDestination } from "../http/api-destination.ts";
import type { EventsOperation } from "../ports.ts";

export const describeApiDestination: EventsOperation<"DescribeApiDestination"> = async (
  ctx,
  input,
) => {
  const { accountId, region } = ctx;
  return ctx.store.read((tx) => {
    const destination = requireApiDestination(tx, { accountId, region, name: input.Name });
    return { ...describedApiDestination(tx, destination), Description: destination.description };
  });
};
