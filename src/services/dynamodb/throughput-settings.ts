/**
 * Throughput beyond what is provisioned: the most that is served on demand, and the rate that a table
 * or index is warm for.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
 * and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */
import type {
  OnDemandThroughput,
  TableWarmThroughputDescription,
  WarmThroughput,
} from "../../wire/models/dynamodb.gen.ts";
import { invalidParameters } from "./errors.ts";
import type { Throughput } from "./table.ts";

/** What a table on demand is warm for from the beginning. */
const ON_DEMAND_WARM: Throughput = { readUnits: 12_000, writeUnits: 4_000 };

/** Says that there is no maximum. */
const NO_MAXIMUM = -1;

export interface ThroughputSettings {
  /** Requested for PAY_PER_REQUEST; units that have no maximum are -1. */
  readonly onDemandMax?: Throughput;
  /** As requested: what was never warmed is as warm as it is served. */
  readonly warm?: Throughput;
}

interface SettingsInput {
  readonly OnDemandThroughput?: OnDemandThroughput | undefined;
  readonly WarmThroughput?: WarmThroughput | undefined;
}

interface Serving {
  readonly billing: "PROVISIONED" | "PAY_PER_REQUEST";
  readonly throughput?: Throughput | undefined;
}

/** The settings after a request; `subject` is `table` or `index`, as messages name it. */
export function changedSettings(
  present: ThroughputSettings,
  input: SettingsInput,
  serving: Serving,
  subject: string,
): ThroughputSettings {
  const onDemandMax = maximumOf(present.onDemandMax, input.OnDemandThroughput, serving);
  const warm = warmOf(present, input.WarmThroughput, serving, subject);
  return { ...(onDemandMax && { onDemandMax }), ...(warm && { warm }) };
}

function maximumOf(
  present: Throughput | undefined,
  input: OnDemandThroughput | undefined,
  { billing }: Serving,
): Throughput | undefined {
  if (billing === "PROVISIONED") {
    if (input !== undefined) {
      throw invalidParameters(
        "OnDemandThroughput cannot be specified when BillingMode is PROVISIONED",
      );
    }
    return undefined;
  }
  if (input === undefined) {
    return present;
  }
  const readUnits = input.MaxReadRequestUnits ?? present?.readUnits ?? NO_MAXIMUM;
  const writeUnits = input.MaxWriteRequestUnits ?? present?.writeUnits ?? NO_MAXIMUM;
  for (const [name, units] of [
    ["MaxReadRequestUnits", readUnits],
    ["MaxWriteRequestUnits", writeUnits],
  ] as const) {
    if (units !== NO_MAXIMUM && units < 1) {
      throw invalidParameters(`${name} must be -1 or at least 1: ${units}`);
    }
  }
  const isUnbounded = readUnits === NO_MAXIMUM && writeUnits === NO_MAXIMUM;
  return isUnbounded ? undefined : { readUnits, writeUnits };
}

function warmOf(
  present: ThroughputSettings,
  input: WarmThroughput | undefined,
  serving: Serving,
  subject: string,
): Throughput | undefined {
  if (input === undefined) {
    return present.warm;
  }
  const current = warmth(present, serving);
  const wanted = {
    readUnits: input.ReadUnitsPerSecond ?? current.readUnits,
    writeUnits: input.WriteUnitsPerSecond ?? current.writeUnits,
  };
  for (const [name, kind] of [
    ["ReadUnitsPerSecond", "readUnits"],
    ["WriteUnitsPerSecond", "writeUnits"],
  ] as const) {
    if (wanted[kind] < current[kind]) {
      throw invalidParameters(
        `Requested ${name} for WarmThroughput for ${subject} is lower than current ` +
          "WarmThroughput, decreasing WarmThroughput is not supported",
      );
    }
  }
  return wanted;
}

/** What is provisioned is warm. */
function warmth({ warm }: ThroughputSettings, { billing, throughput }: Serving): Throughput {
  const served = billing === "PROVISIONED" && throughput ? throughput : ON_DEMAND_WARM;
  return {
    readUnits: Math.max(warm?.readUnits ?? 0, served.readUnits),
    writeUnits: Math.max(warm?.writeUnits ?? 0, served.writeUnits),
  };
}

export function describeSettings(
  settings: ThroughputSettings,
  serving: Serving,
): {
  readonly OnDemandThroughput?: OnDemandThroughput;
  readonly WarmThroughput: TableWarmThroughputDescription;
} {
  const { onDemandMax } = settings;
  const { readUnits, writeUnits } = warmth(settings, serving);
  return {
    ...(onDemandMax !== undefined &&
      serving.billing === "PAY_PER_REQUEST" && {
        OnDemandThroughput: {
          MaxReadRequestUnits: onDemandMax.readUnits,
          MaxWriteRequestUnits: onDemandMax.writeUnits,
        },
      }),
    WarmThroughput: {
      ReadUnitsPerSecond: readUnits,
      WriteUnitsPerSecond: writeUnits,
      Status: "ACTIVE",
    },
  };
}
