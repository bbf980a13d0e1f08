/** The states of mappings on their way, and what pollers see of them. */
import type { EventSources, PolledMapping, StreamRules } from "../../outbox/event-source.ts";
import { streamPositions } from "../../outbox/stream-position.ts";
import type { ReadTx, Store, Timer, WriteTx } from "../../store/store.ts";
import { findFunction } from "./function.ts";
import { qualifiedArn } from "./function-name.ts";
import { mappings } from "./keys.ts";
import { MAPPINGS_TOPIC, type Mapping, type MappingState, type StreamSettings } from "./mapping.ts";

export const MAPPING_TIMER = "lambda.mapping";

/** What a state becomes when its timer is due; `undefined` is the end of the mapping. */
type Arrival = "Enabled" | "Disabled" | undefined;

/** Stores a mapping on its way to another state. */
export function putMappingInTransit(
  tx: WriteTx,
  mapping: Mapping,
  arrival: "Enabled" | "Disabled" | "gone",
): void {
  mappings.put(tx, keyOf(mapping), mapping);
  tx.after({ dueMs: tx.nowMs, kind: MAPPING_TIMER, key: keyOf(mapping), payload: arrival });
  tx.signal(MAPPINGS_TOPIC);
}

export function runMappingTimer(tx: WriteTx, timer: Timer): void {
  const mapping = mappings.get(tx, timer.key);
  if (mapping === undefined) {
    return;
  }
  const arrival = arrivalOf(mapping.state, timer.payload as "Enabled" | "Disabled" | "gone");
  if (arrival === undefined) {
    mappings.delete(tx, timer.key);
    streamPositions.clear(tx, { prefix: [mapping.uuid] });
  } else {
    mappings.put(tx, timer.key, { ...mapping, state: arrival });
  }
  tx.signal(MAPPINGS_TOPIC);
}

/** A mapping that is being deleted stays so, whatever was under way before. */
function arrivalOf(state: MappingState, payload: "Enabled" | "Disabled" | "gone"): Arrival {
  return state === "Deleting" || payload === "gone" ? undefined : payload;
}

function keyOf({ region, accountId, uuid }: Mapping): readonly [string, string, string] {
  return [region, accountId, uuid];
}

export function createEventSources(store: Store): EventSources {
  return {
    topic: MAPPINGS_TOPIC,
    enabled: () => store.read(enabledMappings),
  };
}

function enabledMappings(tx: ReadTx): readonly PolledMapping[] {
  const found: PolledMapping[] = [];
  for (const { record } of mappings.list(tx)) {
    if (record.state === "Enabled") {
      found.push(polled(tx, record));
    }
  }
  return found;
}

function polled(tx: ReadTx, mapping: Mapping): PolledMapping {
  const reserved = findFunction(tx, mapping.function)?.reservedConcurrency;
  const limits = [mapping.maximumConcurrency, reserved].filter((limit) => limit !== undefined);
  return {
    uuid: mapping.uuid,
    accountId: mapping.accountId,
    region: mapping.region,
    sourceArn: mapping.sourceArn,
    functionArn: qualifiedArn(mapping.function, mapping.function.qualifier),
    batchSize: mapping.batchSize,
    batchWindowMs: mapping.batchWindowSeconds * 1_000,
    concurrencyMax: limits.length === 0 ? undefined : Math.min(...limits),
    pollers: mapping.pollers,
    filters: mapping.filters,
    reportsItemFailures: mapping.reportsItemFailures,
    stream: mapping.stream && rulesOf(mapping.stream),
  };
}

function rulesOf(stream: StreamSettings): StreamRules {
  const { retryAttemptsMax: retries, recordAgeSecondsMax: ageSeconds } = stream;
  return {
    parallelization: stream.parallelization,
    bisects: stream.bisects,
    retryAttemptsMax: retries === -1 ? undefined : retries,
    recordAgeMsMax: ageSeconds === -1 ? undefined : ageSeconds * 1_000,
    onFailureArn: stream.onFailureArn,
    tumblingWindowMs: stream.tumblingWindowSeconds * 1_000,
  };
}
