import { streamReadings } from "../../../outbox/stream-position.ts";
import { sequenceNumberOf } from "../../../store/sequence-number.ts";
import type { ReadTx } from "../../../store/store.ts";
import { mappingExists } from "../errors.ts";
import { sourceCheck } from "../event-source-check.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { mappings } from "../keys.ts";
import { type Mapping, shownMapping } from "../mapping.ts";
import { newMappingSettings } from "../mapping-settings.ts";
import { putMappingInTransit } from "../mapping-states.ts";
import type { LambdaContext, LambdaOperation } from "../ports.ts";
import { checkTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export const createEventSourceMapping: LambdaOperation<"CreateEventSourceMapping"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const settings = newMappingSettings(reference, input);
  const sourceArn = input.EventSourceArn ?? "";
  const tags = input.Tags ?? {};
  checkTags(tags);
  const fn = await ctx.store.read((tx) => existingFunction(tx, reference));
  await sourceCheck(ctx, sourceArn, fn);
  const mapping = await ctx.store.write((tx): Mapping => {
    existingFunction(tx, reference);
    refuseSecond(tx, ctx, { sourceArn, name: fn.name });
    const created: Mapping = {
      ...settings,
      uuid: tx.random.uuid(),
      region: ctx.region,
      accountId: ctx.accountId,
      sourceArn,
      state: "Creating",
      modifiedMs: tx.nowMs,
      tags,
    };
    if (created.stream !== undefined) {
      const { start, timestampMs } = created.stream;
      const bornSequence = sequenceNumberOf(tx.orderedId());
      streamReadings.put(tx, [created.uuid], { start, timestampMs, bornSequence });
    }
    putMappingInTransit(tx, created, input.Enabled === false ? "Disabled" : "Enabled");
    return created;
  });
  return shownMapping(mapping);
};

function refuseSecond(
  tx: ReadTx,
  ctx: LambdaContext,
  wanted: { readonly sourceArn: string; readonly name: string },
): void {
  for (const { record } of mappings.list(tx, { prefix: [ctx.region, ctx.accountId] })) {
    if (
      record.sourceArn === wanted.sourceArn &&
      record.function.name === wanted.name &&
      record.state !== "Deleting"
    ) {
      throw mappingExists(wanted.sourceArn, wanted.name, record.uuid);
    }
  }
}
