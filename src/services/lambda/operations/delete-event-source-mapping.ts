import { mappingInUse } from "../errors.ts";
import { existingMapping, type Mapping, shownMapping } from "../mapping.ts";
import { putMappingInTransit } from "../mapping-states.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html */
export const deleteEventSourceMapping: LambdaOperation<"DeleteEventSourceMapping"> = async (
  ctx,
  input,
) => {
  const { region, accountId } = ctx;
  const mapping = await ctx.store.write((tx): Mapping => {
    const current = existingMapping(tx, { region, accountId, uuid: input.UUID });
    if (current.state === "Deleting") {
      throw mappingInUse("delete");
    }
    const deleting: Mapping = { ...current, state: "Deleting", modifiedMs: tx.nowMs };
    putMappingInTransit(tx, deleting, "gone");
    return deleting;
  });
  return shownMapping(mapping);
};
