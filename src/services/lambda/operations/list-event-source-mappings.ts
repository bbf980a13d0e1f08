import { streamReadings } from "../../../outbox/stream-position.ts";
import type { Output } from "../../../wire/operations.ts";
import { functionReference } from "../function-name.ts";
import { mappings } from "../keys.ts";
import { MAPPINGS_PER_PAGE_MAX } from "../limits.ts";
import { type Mapping, shownMapping } from "../mapping.ts";
import type { LambdaOperation } from "../ports.ts";

/** The marker is the last UUID of the page before. */
export const listEventSourceMappings: LambdaOperation<"ListEventSourceMappings"> = async (
  ctx,
  input,
) => {
  const wantedName =
    input.FunctionName && functionReference(ctx, input.FunctionName, undefined).name;
  const isWanted = (mapping: Mapping): boolean =>
    (wantedName === undefined || mapping.function.name === wantedName) &&
    (input.EventSourceArn === undefined || mapping.sourceArn === input.EventSourceArn);
  const prefix = [ctx.region, ctx.accountId];
  const limit = Math.min(input.MaxItems ?? MAPPINGS_PER_PAGE_MAX, MAPPINGS_PER_PAGE_MAX);
  const found = await ctx.store.read((tx) => {
    const page: Output<"lambda", "GetEventSourceMapping">[] = [];
    const after = [...prefix, input.Marker ?? ""];
    for (const { record } of mappings.list(tx, { prefix, after })) {
      const { lastResult } = streamReadings.get(tx, [record.uuid]) ?? {};
      if (isWanted(record) && page.push(shownMapping(record, lastResult)) > limit) {
        break;
      }
    }
    return page;
  });
  return {
    EventSourceMappings: found.slice(0, limit),
    ...(found.length > limit && { NextMarker: found[limit - 1]?.UUID }),
  };
};
