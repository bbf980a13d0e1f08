/** The provisioned figures of DynamoDB's tables and indexes, through its public operations. */
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { TargetId } from "./keys.ts";

export interface Capacity {
  /** Of the dimension that is scaled. */
  readonly current: number;
  /** Of the other one, which stays as it is. */
  readonly other: number;
}

interface Place {
  readonly TableName: string;
  readonly indexName: string | undefined;
  readonly isRead: boolean;
}

function placeOf({ resourceId, dimension }: TargetId): Place {
  const [, TableName = "", , indexName] = resourceId.split("/");
  return { TableName, indexName, isRead: dimension.endsWith("ReadCapacityUnits") };
}

/** Throws an `AwsError` when the table or index is not there, or has no provisioned capacity. */
export async function readCapacity(
  dispatcher: Dispatcher,
  caller: Caller,
  target: TargetId,
): Promise<Capacity> {
  const { TableName, indexName, isRead } = placeOf(target);
  const { Table } = await dispatcher.call(caller, "dynamodb", "DescribeTable", { TableName });
  const index = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === indexName);
  const described = indexName === undefined ? Table : index;
  if (described === undefined) {
    throw new AwsError({
      code: "ResourceNotFoundException",
      message: `Requested resource not found: Index: ${indexName} not found`,
    });
  }
  const { ReadCapacityUnits: read = 0, WriteCapacityUnits: write = 0 } =
    described.ProvisionedThroughput ?? {};
  if (read === 0 && write === 0) {
    throw new AwsError({
      code: "ValidationException",
      message: `${target.resourceId} is not in provisioned capacity mode`,
    });
  }
  return isRead ? { current: read, other: write } : { current: write, other: read };
}

export async function writeCapacity(
  dispatcher: Dispatcher,
  caller: Caller,
  target: TargetId,
  { wanted, other }: { readonly wanted: number; readonly other: number },
): Promise<void> {
  const { TableName, indexName, isRead } = placeOf(target);
  const ProvisionedThroughput = {
    ReadCapacityUnits: isRead ? wanted : other,
    WriteCapacityUnits: isRead ? other : wanted,
  };
  const change =
    indexName === undefined
      ? { ProvisionedThroughput }
      : {
          GlobalSecondaryIndexUpdates: [
            { Update: { IndexName: indexName, ProvisionedThroughput } },
          ],
        };
  await dispatcher.call(caller, "dynamodb", "UpdateTable", { TableName, ...change });
}
