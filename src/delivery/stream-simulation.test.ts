/**
 * Mappings of streams against chance: functions that fail, report some records, or never answer,
 * pollers that die, mappings that change. Whatever happens, every record is done with, and the
 * first time a record is done with, all earlier ones of its item are.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeededRandom } from "../platform/random.ts";
import { createStreamFixture } from "../testing/stream-fixture.ts";

interface StreamEvent {
  readonly Records: readonly {
    readonly dynamodb: {
      readonly SequenceNumber: string;
      readonly Keys: { readonly id: { readonly S: string } };
      readonly NewImage: { readonly n: { readonly N: string } };
    };
  }[];
}

interface Settings {
  readonly lanes: number;
  readonly batchSize: number;
  readonly bisects: boolean;
  readonly isOnDemand: boolean;
}

async function simulate(seed: number, steps: number, settings: Settings) {
  const cloud = await createStreamFixture({ seed });
  const random = createSeededRandom(seed);
  const draw = (below: number): number => Math.floor(random.next() * below);
  const arn = await cloud.table(
    "things",
    settings.isOnDemand ? { BillingMode: "PAY_PER_REQUEST", ProvisionedThroughput: undefined } : {},
  );
  const written = new Map<string, number>();
  /** By item, the writes that a function was done with, in the order it first was. */
  const done = new Map<string, number[]>();
  let isCalm = false;

  const finish = (event: StreamEvent, count: number): void => {
    for (const { dynamodb } of event.Records.slice(0, count)) {
      const [id, n] = [dynamodb.Keys.id.S, Number(dynamodb.NewImage.n.N)];
      const known = done.get(id) ?? [];
      if (!known.includes(n)) {
        done.set(id, [...known, n]);
      }
    }
  };
  cloud.host.script("reader", async (given) => {
    const event = given as StreamEvent;
    const count = event.Records.length;
    const chance = isCalm ? 1 : random.next();
    if (chance < 0.2) {
      throw new Error("bad luck");
    }
    if (chance < 0.3) {
      await cloud.clock.sleepUntil(cloud.clock.nowMs() + draw(5_000));
    }
    if (chance < 0.5) {
      const failedFrom = draw(count);
      finish(event, failedFrom);
      const failed = event.Records.slice(failedFrom);
      return {
        batchItemFailures: failed.map((record) => ({
          itemIdentifier: record.dynamodb.SequenceNumber,
        })),
      };
    }
    finish(event, count);
    return null;
  });
  const UUID = await cloud.connect("reader", arn, {
    BatchSize: settings.batchSize,
    ParallelizationFactor: settings.lanes,
    BisectBatchOnFunctionError: settings.bisects,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    StartingPosition: "LATEST",
  });
  const update = (more: object): Promise<unknown> =>
    cloud.call("lambda", "UpdateEventSourceMapping", { UUID, ...more }).catch(() => undefined);

  for (let step = 0; step < steps; step += 1) {
    const id = `item${draw(6)}`;
    const n = (written.get(id) ?? 0) + 1;
    written.set(id, n);
    const Item = { id: { S: id }, n: { N: String(n) } };
    await cloud.call("dynamodb", "PutItem", { TableName: "things", Item });
    const chance = random.next();
    if (chance < 0.4) {
      await cloud.clock.advance(draw(3_000));
    } else if (chance < 0.5) {
      await cloud.restart();
    } else if (chance < 0.55) {
      await update({ Enabled: false });
      await cloud.clock.advance(draw(2_000));
      await update({ Enabled: true });
    } else if (chance < 0.6) {
      await update({ BatchSize: 1 + draw(10) });
    }
  }
  isCalm = true;
  await update({ Enabled: true });
  await cloud.clock.advance(600_000);
  await cloud.stop();
  return { written, done };
}

test("streams: nothing is lost, and each item stays in order, whatever happens", async () => {
  const scenario = fc.asyncProperty(
    fc.integer(),
    fc.integer({ min: 1, max: 40 }),
    fc.record({
      lanes: fc.integer({ min: 1, max: 3 }),
      batchSize: fc.integer({ min: 1, max: 10 }),
      bisects: fc.boolean(),
      isOnDemand: fc.boolean(),
    }),
    async (seed, steps, settings) => {
      const { written, done } = await simulate(seed, steps, settings);
      for (const [id, count] of written) {
        expect([id, done.get(id)]).toEqual([id, Array.from({ length: count }, (_, n) => n + 1)]);
      }
    },
  );
  await fc.assert(scenario, { numRuns: 25 });
}, 120_000);
