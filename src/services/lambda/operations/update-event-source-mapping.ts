import { mappingInUse } from "../errors.ts";
import { sourceCheck } from "../event-source-check.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { existingMapping, type Mapping, type MappingState, shownMapping } from "../mapping.ts";
import { changedMappingSettings } from "../mapping-settings.ts";
import { putMappingInTransit } from "../mapping-states.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html */
export const updateEventSourceMapping: LambdaOperation<"UpdateEventSourceMapping"> = async (
  ctx,
  input,
) => {
  const { region, accountId } = ctx;
  if (input.FunctionName !== undefined) {
    const reference = functionReference(ctx, input.FunctionName, undefined);
    const { sourceArn, fn } = await ctx.store.read((tx) => ({
      sourceArn: existingMapping(tx, { region, accountId, uuid: input.UUID }).sourceArn,
      fn: existingFunction(tx, reference),
    }));
    await sourceCheck(ctx, sourceArn, fn);
  }
  const mapping = await ctx.store.write((tx): Mapping => {
    const current = existingMapping(tx, { region, accountId, uuid: input.UUID });
    if (current.state !== "Enabled" && current.state !== "Disabled") {
      throw mappingInUse("update");
    }
    const fn =
      input.FunctionName === undefined
        ? current.function
        : functionReference(ctx, input.FunctionName, undefined);
    existingFunction(tx, fn);
    const enabled = input.Enabled ?? current.state === "Enabled";
    const updated: Mapping = {
      ...current,
      ...changedMappingSettings(current, fn, input),
      state: passing(current.state, enabled),
      modifiedMs: tx.nowMs,
    };
    putMappingInTransit(tx, updated, enabled ? "Enabled" : "Disabled");
    return updated;
  });
  return shownMapping(mapping);
};

/** The state a mapping is in while it changes. */
function passing(from: "Enabled" | "Disabled", enabled: boolean): MappingState {
  if ((from === "Enabled") === enabled) {
    return "Updating";
  }
  return enabled ? "Enabling" : "Disabling";
}
