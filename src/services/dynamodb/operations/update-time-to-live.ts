import type { Input, Output } from "../../../wire/operations.ts";
import { validation } from "../errors.ts";
import { armExpiries } from "../jobs.ts";
import type { DynamoDbContext } from "../ports.ts";
import { otherReplicas } from "../replicas/replication.ts";
import { type TableRecord, tableOf } from "../table.ts";
import { tableIdOf } from "../table-id.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
export async function updateTimeToLive(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "UpdateTimeToLive">,
): Promise<Output<"dynamodb", "UpdateTimeToLive">> {
  const { TimeToLiveSpecification } = input;
  const { Enabled, AttributeName } = TimeToLiveSpecification;
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.write((tx) => {
    const { record } = ctx.tables.named(tx, id);
    requireChange(record, { isEnabled: Enabled, attribute: AttributeName });
    const others = otherReplicas(tx, ctx.tables, record).map((other) => other.record);
    for (const replica of [record, ...others]) {
      const { timeToLive: _, ...withoutExpiry } = replica;
      const changed = Enabled ? { ...replica, timeToLive: AttributeName } : withoutExpiry;
      ctx.tables.put(tx, changed);
      armExpiries(tx, tableOf(changed));
    }
    return { TimeToLiveSpecification };
  });
}

function requireChange(
  { timeToLive }: TableRecord,
  wanted: { readonly isEnabled: boolean; readonly attribute: string },
): void {
  if (timeToLive === undefined) {
    if (!wanted.isEnabled) {
      throw validation("TimeToLive is already disabled");
    }
    return;
  }
  if (timeToLive !== wanted.attribute) {
    throw validation(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${timeToLive}`,
    );
  }
  if (wanted.isEnabled) {
    throw validation("TimeToLive is already enabled");
  }
}
