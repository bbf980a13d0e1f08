/** Transactions whose consumption is counted, and counts against the throughput of their tables. */
import type { ReadTx, Settled, WriteTx } from "../../store/store.ts";
import { countConsumption } from "./consumption.ts";
import type { DynamoDbPorts } from "./ports.ts";
import { Usage } from "./throughput-meter.ts";

export function meteredRead<T>(
  ctx: DynamoDbPorts,
  body: (tx: ReadTx, usage: Usage) => Settled<T>,
): Promise<T> {
  const usage = usageOf(ctx);
  return metered(ctx, usage, ctx.store.read(beginningAnew(usage, body)));
}

export function meteredWrite<T>(
  ctx: DynamoDbPorts,
  body: (tx: WriteTx, usage: Usage) => Settled<T>,
): Promise<T> {
  const usage = usageOf(ctx);
  return metered(ctx, usage, ctx.store.write(beginningAnew(usage, body)));
}

function usageOf({ throughput }: DynamoDbPorts): Usage {
  return new Usage(throughput.isEnforced ? throughput : undefined);
}

/** A body that runs again begins with nothing taken. */
function beginningAnew<Tx, T>(
  usage: Usage,
  body: (tx: Tx, usage: Usage) => Settled<T>,
): (tx: Tx) => Settled<T> {
  return (tx) => {
    usage.giveBack();
    return body(tx, usage);
  };
}

/** A transaction that throws has taken nothing. */
async function metered<T>(ctx: DynamoDbPorts, usage: Usage, running: Promise<T>): Promise<T> {
  try {
    const result = await running;
    if (ctx.countMetrics !== undefined) {
      countConsumption(ctx.countMetrics, usage.consumed);
    }
    return result;
  } catch (error) {
    usage.giveBack();
    throw error;
  }
}
