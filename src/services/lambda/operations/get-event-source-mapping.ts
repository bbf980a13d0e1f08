import { streamReadings } from "../../../outbox/stream-position.ts";
import { existingMapping, shownMapping } from "../mapping.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html */
export const getEventSourceMapping: LambdaOperation<"GetEventSourceMapping"> = async (
  ctx,
  input,
) => {
  const { region, accountId } = ctx;
  return ctx.store.read((tx) => {
    const mapping = existingMapping(tx, { region, accountId, uuid: input.UUID });
    return shownMapping(mapping, streamReadings.get(tx, [mapping.uuid])?.lastResult);
  });
};
