import type { Input, Output } from "../../../wire/operations.ts";
import { delayed } from "../creation-delay.ts";
import { describeRecord } from "../describe-table.ts";
import { tableAlreadyExists } from "../errors.ts";
import { tableDraft } from "../new-table.ts";
import type { DynamoDbContext } from "../ports.ts";
import { putPolicy, requirePolicy } from "../resource-policy.ts";
import { withFirstStream } from "../streams/stream-specification.ts";
import type { TableRecord } from "../table.ts";
import { tableIdOf } from "../table-id.ts";
import { nextTableNumber } from "../tables.ts";
import { putTags, tagsOf } from "../tags.ts";

/**
 * The table is there at once unless a delay was asked for: no client waits.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export async function createTable(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "CreateTable">,
): Promise<Output<"dynamodb", "CreateTable">> {
  const id = tableIdOf(ctx, input.TableName);
  const draft = tableDraft(id, input);
  if (input.ResourcePolicy !== undefined) {
    requirePolicy(input.ResourcePolicy);
  }
  const tags = tagsOf(input.Tags ?? []);
  return ctx.store.write((tx) => {
    if (ctx.tables.find(tx, id) !== undefined) {
      throw tableAlreadyExists(id.name);
    }
    const created: TableRecord = {
      ...draft,
      number: nextTableNumber(tx),
      id: tx.random.uuid(),
      createdMs: tx.nowMs,
      ...(draft.billing === "PAY_PER_REQUEST" && { onDemandSinceMs: tx.nowMs }),
    };
    const streamed = withFirstStream(tx, created, input.StreamSpecification);
    const record = delayed(tx, streamed, ctx.creationDelay);
    ctx.tables.put(tx, record);
    putTags(tx, id, tags);
    if (input.ResourcePolicy !== undefined) {
      putPolicy(tx, id, input.ResourcePolicy);
    }
    return { TableDescription: describeRecord(tx, record) };
  });
}
