/**
 * Deliberate bugs of a reader: what the pollers are told of a stream is not what is in it. Each
 * breaks the rule of the ledger that it is named for.
 */
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import type { Random } from "../../src/platform/random.ts";
import type { StreamRule } from "./stream-ledger.ts";

interface Page {
  readonly Records: readonly object[];
}

type Distortion = (output: unknown, random: Random) => unknown;

const CHANCE = 0.1;

/** One page of the records of a stream, with a fault now and then. */
const ofRecords =
  (change: (page: Page) => readonly object[]): Distortion =>
  (output, random) =>
    random.next() < CHANCE ? { ...(output as Page), Records: change(output as Page) } : output;

/** By rule, then by operation. */
const DISTORTIONS: Readonly<Partial<Record<StreamRule, Readonly<Record<string, Distortion>>>>> = {
  lost: { GetRecords: ofRecords(({ Records }) => Records.slice(1)) },
  invented: {
    GetRecords: ofRecords(({ Records }) => Records.map(withOtherKey)),
  },
  again: { GetRecords: ofRecords(({ Records }) => [...Records.slice(0, 1), ...Records]) },
  // Children are begun before their parents are read to the end.
  order: {
    ListShards: (output) => {
      const { Shards } = output as { readonly Shards: readonly object[] };
      const orphan = (shard: object): object => {
        const {
          ParentShardId: _,
          AdjacentParentShardId: __,
          ...rest
        } = shard as Partial<Record<string, unknown>>;
        return rest;
      };
      return { ...(output as object), Shards: Shards.map(orphan) };
    },
  },
};

function withOtherKey(record: object): object {
  const { dynamodb } = record as { readonly dynamodb?: { readonly NewImage: object } };
  if (dynamodb === undefined) {
    return { ...record, PartitionKey: "nobody" };
  }
  const NewImage = { ...dynamodb.NewImage, key: { S: "nobody" } };
  return { ...record, dynamodb: { ...dynamodb, NewImage } };
}

export function distortedReads(
  inner: Dispatcher,
  canary: StreamRule | undefined,
  random: Random,
): Dispatcher {
  const distortions = canary === undefined ? undefined : DISTORTIONS[canary];
  if (distortions === undefined) {
    return inner;
  }
  const callByName: Dispatcher["callByName"] = async (caller, service, operation, input) => {
    const output = await inner.callByName(caller, service, operation, input);
    return distortions[operation]?.(output, random) ?? output;
  };
  return { callByName, call: callByName as Dispatcher["call"] };
}
