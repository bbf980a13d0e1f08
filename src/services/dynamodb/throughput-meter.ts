/**
 * Throughput enforced: what tables and global indexes may consume, on the engine's clock. Off unless
 * it is switched on, so that only tests of retries meet it.
 *
 * Capacity flows in at the provisioned rate; what is not used is kept for bursts, up to 300 seconds'
 * worth, counted from when the table was created or its rate changed. A request is let in while there
 * is anything left, and may then overdraw. On demand, only a maximum that the table was given is
 * enforced, without bursts.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
 *
 * Invariants:
 * - What a transaction body took is given back when it runs again or throws: rejected requests and
 *   restarted bodies cost nothing.
 * - Levels are in memory: a restart of the engine counts from the creation of the tables again.
 */
import type { AwsError } from "../../wire/aws-error.ts";
import type { Units } from "./capacity.ts";
import { onDemandThroughputExceeded, provisionedThroughputExceeded } from "./errors.ts";
import { BURST_SECONDS } from "./limits.ts";
import type { Index, IndexRecord, Table } from "./table.ts";

export type UnitKind = "read" | "write";

/** Levels kept; beyond it, all begin anew. */
const LEVELS_MAX = 100_000;

interface Limit {
  readonly unitsPerSecond: number;
  readonly capacity: number;
  readonly key: string;
  readonly sinceMs: number;
  exceeded(): AwsError;
}

interface Level {
  units: number;
  unitsPerSecond: number;
  atMs: number;
}

export class ThroughputMeter {
  isEnforced = false;
  readonly #levels = new Map<string, Level>();

  /** Why a request on the table and these of its indexes is not let in, if it is not. */
  refusal(request: MeteredRequest): AwsError | undefined {
    return chargesOf(request)
      .find(({ limit }) => this.#levelOf(limit, request.nowMs).units <= 0)
      ?.limit.exceeded();
  }

  charge(usage: Usage, request: MeteredRequest): void {
    for (const { limit, units } of chargesOf(request)) {
      const level = this.#levelOf(limit, request.nowMs);
      level.units -= units;
      usage.taken.push({ level, units });
    }
  }

  #levelOf(limit: Limit, nowMs: number): Level {
    const known = this.#levels.get(limit.key);
    const level = known ?? {
      units: limit.unitsPerSecond,
      unitsPerSecond: limit.unitsPerSecond,
      atMs: limit.sinceMs,
    };
    if (known === undefined) {
      if (this.#levels.size >= LEVELS_MAX) {
        this.#levels.clear();
      }
      this.#levels.set(limit.key, level);
    }
    const seconds = Math.max(0, nowMs - level.atMs) / 1000;
    level.units = Math.min(level.units + seconds * level.unitsPerSecond, limit.capacity);
    level.unitsPerSecond = limit.unitsPerSecond;
    level.atMs = Math.max(nowMs, level.atMs);
    return level;
  }
}

export interface MeteredRequest {
  readonly table: Table;
  readonly kind: UnitKind;
  readonly units: Units;
  readonly nowMs: number;
}

/** What one transaction took: counted when it comes to pass, given back if it does not. */
export class Usage {
  readonly taken: { readonly level: Level; readonly units: number }[] = [];
  readonly consumed: MeteredRequest[] = [];
  readonly #meter: ThroughputMeter | undefined;

  constructor(meter: ThroughputMeter | undefined) {
    this.#meter = meter;
  }

  /** Throws when the table or one of the indexes that `units` names has nothing left. */
  take(table: Table, kind: UnitKind, units: Units, nowMs: number): void {
    const refusal = this.refusal(table, kind, units, nowMs);
    if (refusal !== undefined) {
      throw refusal;
    }
    this.charge(table, kind, units, nowMs);
  }

  refusal(table: Table, kind: UnitKind, units: Units, nowMs: number): AwsError | undefined {
    return this.#meter?.refusal({ table, kind, units, nowMs });
  }

  /** Takes what was let in before, whatever is left. */
  charge(table: Table, kind: UnitKind, units: Units, nowMs: number): void {
    const request = { table, kind, units, nowMs };
    this.consumed.push(request);
    this.#meter?.charge(this, request);
  }

  giveBack(): void {
    this.consumed.length = 0;
    for (const { level, units } of this.taken.splice(0)) {
      level.units += units;
    }
  }
}

interface Charge {
  readonly limit: Limit;
  readonly units: number;
}

/** Local indexes share what their table has. */
function chargesOf({ table, kind, units }: MeteredRequest): readonly Charge[] {
  const global = table.indexes.filter(
    (index) => index.isGlobal && (units.get(index.name) ?? 0) > 0,
  );
  const globalUnits = global.reduce((sum, index) => sum + (units.get(index.name) ?? 0), 0);
  const total = [...units.values()].reduce((sum, part) => sum + part, 0);
  const own = total - globalUnits;
  const base = own > 0 ? limitOf(table, undefined, kind) : undefined;
  const charges: Charge[] = base === undefined ? [] : [{ limit: base, units: own }];
  for (const index of global) {
    const limit = limitOf(table, index, kind);
    if (limit !== undefined) {
      charges.push({ limit, units: units.get(index.name) ?? 0 });
    }
  }
  return charges;
}

/** `undefined` where nothing is limited. */
function limitOf(table: Table, index: Index | undefined, kind: UnitKind): Limit | undefined {
  const { record } = table;
  const served: Pick<IndexRecord, "throughput" | "onDemandMax"> | undefined =
    index === undefined ? record : record.indexes.find(({ number }) => number === index.number);
  const isProvisioned = record.billing === "PROVISIONED";
  const rates = isProvisioned ? served?.throughput : served?.onDemandMax;
  const unitsPerSecond = rates?.[kind === "read" ? "readUnits" : "writeUnits"] ?? 0;
  if (unitsPerSecond <= 0) {
    return undefined;
  }
  const arn = index === undefined ? record.arn : `${record.arn}/index/${index.name}`;
  const resource = { arn, kind, isIndex: index !== undefined };
  return {
    unitsPerSecond,
    capacity: unitsPerSecond * (isProvisioned ? BURST_SECONDS : 1),
    key: `${record.number}/${index?.number ?? 0}/${kind}/${record.billing}`,
    sinceMs: record.createdMs,
    exceeded: () =>
      isProvisioned
        ? provisionedThroughputExceeded(resource)
        : onDemandThroughputExceeded(resource),
  };
}
