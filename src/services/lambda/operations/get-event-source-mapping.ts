import { existingMapping, shownMapping } from "../mapping.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html */
export const getEventSourceMapping: LambdaOperation<"GetEventSourceMapping"> = async (
  ctx,
  input,
) => {
  const { region, accountId } = ctx;
  const mapping = await ctx.store.read((tx) =>
    existingMapping(tx, { region, accountId, uuid: input.UUID }),
  );
  return shownMapping(mapping);
};
