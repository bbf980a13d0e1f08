/** Transactions whose consumption counts against the throughput of their tables. */
import type { ReadTx, Settled, WriteTx } from "../../store/store.ts";
import type { DynamoDbPorts } from "./ports.ts";
import { UNMETERED, Usage } from "./throughput-meter.ts";

export function meteredRead<T>(
  ctx: DynamoDbPorts,
  body: (tx: ReadTx, usage: Usage) => Settled<T>,
): Promise<T> {
  return ctx.throughput.isEnforced
    ? metered(ctx, (run) => ctx.store.read((tx) => run(tx)), body)
    : ctx.store.read((tx) => body(tx, UNMETERED));
}

export function meteredWrite<T>(
  ctx: DynamoDbPorts,
  body: (tx: WriteTx, usage: Usage) => Settled<T>,
): Promise<T> {
  return ctx.throughput.isEnforced
    ? metered(ctx, (run) => ctx.store.write((tx) => run(tx)), body)
    : ctx.store.write((tx) => body(tx, UNMETERED));
}

/** A body that runs again begins with nothing taken; one that throws ends so. */
async function metered<Tx, T>(
  ctx: DynamoDbPorts,
  transact: (run: (tx: Tx) => Settled<T>) => Promise<T>,
  body: (tx: Tx, usage: Usage) => Settled<T>,
): Promise<T> {
  const usage = new Usage(ctx.throughput);
  try {
    return await transact((tx) => {
      usage.giveBack();
      return body(tx, usage);
    });
  } catch (error) {
    usage.giveBack();
    throw error;
  }
}
