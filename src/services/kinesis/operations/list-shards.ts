import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidArgument, streamNotFound } from "../errors.ts";
import { SHARDS_PER_PAGE } from "../limits.ts";
import { type PageToken, readToken, writeToken } from "../page-token.ts";
import type { KinesisContext, KinesisOperation } from "../ports.ts";
import { shardIndexOf, listShards as shardsOf, shownShard } from "../shard.ts";
import { type ShardFilter, shardFilter } from "../shard-filter.ts";
import { existingStream, findStream, type Stream } from "../stream.ts";

type Request = Input<"kinesis", "ListShards">;

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
export const listShards: KinesisOperation<"ListShards"> = (ctx, input) => {
  checkToken(input);
  const limit = input.MaxResults ?? SHARDS_PER_PAGE;
  return ctx.store.read((tx) => {
    const token = input.NextToken === undefined ? undefined : readToken(input.NextToken, tx.nowMs);
    const stream = token === undefined ? named(tx, ctx, input) : ofToken(tx, ctx, token);
    const filter: ShardFilter | undefined =
      token?.filter === undefined ? input.ShardFilter : readFilter(token.filter);
    const isWanted = shardFilter(stream, filter, tx.nowMs);
    const found = [];
    for (const shard of shardsOf(tx, stream, token ? Number(token.after) : startOf(input))) {
      if (isWanted(shard)) {
        found.push(shard);
      }
      if (found.length > limit) {
        break;
      }
    }
    const page = found.slice(0, limit);
    return {
      Shards: page.map(shownShard),
      ...(found.length > limit && {
        NextToken: writeToken({
          of: JSON.stringify([stream.region, stream.accountId, stream.name, stream.number]),
          after: page.at(-1)?.index ?? -1,
          issuedMs: tx.nowMs,
          ...(filter !== undefined && { filter: JSON.stringify(filter) }),
        }),
      }),
    };
  });
};

function checkToken(input: Request): void {
  const alone = [
    "StreamName",
    "StreamARN",
    "StreamCreationTimestamp",
    "ExclusiveStartShardId",
    "ShardFilter",
  ] as const;
  const other = alone.find((name) => input[name] !== undefined);
  if (input.NextToken !== undefined && other !== undefined) {
    throw invalidArgument(`NextToken and ${other} cannot be provided together.`);
  }
  if (
    input.NextToken === undefined &&
    input.StreamName === undefined &&
    input.StreamARN === undefined
  ) {
    throw invalidArgument("Either NextToken or StreamName should be provided.");
  }
}

function named(tx: ReadTx, ctx: KinesisContext, input: Request): Stream {
  const stream = existingStream(tx, ctx, "ListShards", input);
  const created = input.StreamCreationTimestamp?.getTime();
  if (created !== undefined && Math.floor(created / 1000) !== Math.floor(stream.createdMs / 1000)) {
    throw streamNotFound(stream);
  }
  return stream;
}

function ofToken(tx: ReadTx, ctx: KinesisContext, token: PageToken): Stream {
  const [region = "", accountId = "", name = "", number] = parts(String(token.of));
  const id = { region: String(region), accountId: String(accountId), name: String(name) };
  const stream = id.region === ctx.region ? findStream(tx, id) : undefined;
  if (stream === undefined || stream.number !== number) {
    throw streamNotFound(id);
  }
  return existingStream(tx, ctx, "ListShards", {
    StreamARN: `arn:aws:kinesis:${id.region}:${id.accountId}:stream/${id.name}`,
  });
}

function parts(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    throw invalidArgument("Invalid NextToken.");
  }
}

function readFilter(text: string): ShardFilter {
  const { Timestamp, ...rest } = JSON.parse(text) as Omit<ShardFilter, "Timestamp"> & {
    readonly Timestamp?: string;
  };
  return { ...rest, ...(Timestamp !== undefined && { Timestamp: new Date(Timestamp) }) };
}

function startOf({ ExclusiveStartShardId: start, ShardFilter: filter }: Request): number {
  const id = start ?? (filter?.Type === "AFTER_SHARD_ID" ? filter.ShardId : undefined);
  const index = id === undefined ? -1 : shardIndexOf(id);
  if (index === undefined) {
    throw invalidArgument(`The shard id ${id} is invalid.`);
  }
  return index;
}
