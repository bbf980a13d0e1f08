import type { Input, Output } from "../../../../wire/operations.ts";
import { validation } from "../../errors.ts";
import type { DynamoDbContext } from "../../ports.ts";
import { isReadable } from "../find-stream.ts";
import { type Stream, streamKeyOf, streams } from "../stream.ts";

const STREAMS_PER_PAGE_MAX = 100;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html */
export async function listStreams(
  ctx: DynamoDbContext,
  input: Input<"dynamodbstreams", "ListStreams">,
): Promise<Output<"dynamodbstreams", "ListStreams">> {
  const { TableName, ExclusiveStartStreamArn, Limit: limit = STREAMS_PER_PAGE_MAX } = input;
  const after = ExclusiveStartStreamArn && streamKeyOf(ExclusiveStartStreamArn);
  if (ExclusiveStartStreamArn !== undefined && after === undefined) {
    throw validation("Invalid StreamArn");
  }
  const scope = [ctx.accountId, ctx.region];
  return ctx.store.read((tx) => {
    const prefix = TableName === undefined ? scope : [...scope, TableName];
    const page: Stream[] = [];
    for (const { record } of streams.list(tx, { prefix, after: after || undefined })) {
      if (!isReadable(record, tx.nowMs)) {
        continue;
      }
      if (page.length === limit) {
        return { Streams: page.map(shown), LastEvaluatedStreamArn: page.at(-1)?.arn };
      }
      page.push(record);
    }
    return { Streams: page.map(shown) };
  });
}

function shown(stream: Stream) {
  return { StreamArn: stream.arn, TableName: stream.tableName, StreamLabel: stream.label };
}
