/**
 * Fair queues: standard queues whose messages have message groups ("tenants").
 *
 * Visible messages wait in a lane for each group; messages without one share a lane, and each of them
 * is a tenant of its own. A receive serves the lanes in the order in which their first messages
 * became visible, but passes over noisy neighbours while others have messages. Where all that wait
 * are noisy, the one with the fewest messages in flight comes first.
 *
 * A group is noisy with more than a tenth of the queue's messages in flight, and at least 30 of them.
 * So at most nine are, and a receive never passes over more, however long their backlogs. A group
 * that was sent nothing for five minutes is quiet again. AWS's second measure, the share of the
 * consumers' time, is not taken.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import {
  dueLanes,
  inFlightTotals,
  type LanePlace,
  laneKey,
  lanePlaceOf,
  lanesPrefix,
  type Pile,
  type Place,
  type Tenant,
  tenants,
} from "./keys.ts";
import { decodeRow, encodeRow, type MessageRow } from "./message-row.ts";

const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT_MIN = 30;
const QUIET_AFTER_MS = 5 * 60_000;

const NOBODY: Tenant = { firstMs: null, inFlight: 0, lastSentMs: 0 };

export interface Waiting {
  readonly place: LanePlace;
  readonly row: MessageRow;
}

/** Puts a message that is visible into the lane of its group. */
export function enterLane(tx: WriteTx, place: Place, row: MessageRow): void {
  const lane: LanePlace = { ...place, group: row.group };
  tx.set(laneKey(lane), encodeRow(row));
  const tenant = tenantOf(tx, lane, row.group);
  const isFirst = tenant.firstMs === null || place.visibleAtMs < tenant.firstMs;
  const lastSentMs = Math.max(tenant.lastSentMs, row.sentMs);
  if (isFirst) {
    setFirst(tx, lane, { ...tenant, lastSentMs }, place.visibleAtMs);
  } else {
    saveTenant(tx, lane, row.group, { ...tenant, lastSentMs });
  }
}

/** Takes a message out of its lane; its content stays. */
export function leaveLane(tx: WriteTx, place: LanePlace): void {
  tx.delete(laneKey(place));
  const tenant = tenantOf(tx, place, place.group);
  if (tenant.firstMs === place.visibleAtMs) {
    const [next] = waitingIn(tx, place, place.group, 1);
    setFirst(tx, place, tenant, next?.place.visibleAtMs ?? null);
  }
}

export function readLane(tx: ReadTx, place: LanePlace): MessageRow | undefined {
  const bytes = tx.get(laneKey(place));
  return bytes && decodeRow(bytes);
}

/** The first messages of the lane of a group. */
export function waitingIn(
  tx: ReadTx,
  pile: Pile,
  group: string,
  limit: number,
): readonly Waiting[] {
  const entries = tx.range({ prefix: [...lanesPrefix(pile), group], limit });
  return [...entries].map(({ key, value }) => ({
    place: lanePlaceOf(pile, key),
    row: decodeRow(value),
  }));
}

/** Groups with messages that wait, by when the first of them became visible. */
export function* waitingGroups(
  tx: ReadTx,
  pile: Pile,
): Iterable<{ readonly firstMs: number; readonly group: string }> {
  for (const { id } of dueLanes.list(tx, { prefix: [pile.queueId, pile.generation] })) {
    yield { firstMs: id[2] as number, group: id[3] as string };
  }
}

/** The group that is served next; `undefined` when nobody waits. */
export function nextGroup(tx: ReadTx, pile: Pile): string | undefined {
  const inFlight = inFlightTotals.get(tx, [pile.queueId, pile.generation]) ?? 0;
  let leastNoisy: { readonly group: string; readonly inFlight: number } | undefined;
  for (const { group } of waitingGroups(tx, pile)) {
    const tenant = tenantOf(tx, pile, group);
    if (!isNoisy(tenant, inFlight, tx.nowMs)) {
      return group;
    }
    if (leastNoisy === undefined || tenant.inFlight < leastNoisy.inFlight) {
      leastNoisy = { group, inFlight: tenant.inFlight };
    }
  }
  return leastNoisy?.group;
}

function isNoisy(tenant: Tenant, inFlightTotal: number, nowMs: number): boolean {
  return (
    tenant.inFlight >= NOISY_IN_FLIGHT_MIN &&
    tenant.inFlight > inFlightTotal * NOISY_SHARE &&
    tenant.lastSentMs > nowMs - QUIET_AFTER_MS
  );
}

/** A message of the group was handed out, or is in flight no more. */
export function countInFlight(tx: WriteTx, pile: Pile, group: string, change: 1 | -1): void {
  const id = [pile.queueId, pile.generation];
  inFlightTotals.put(tx, id, Math.max(0, (inFlightTotals.get(tx, id) ?? 0) + change));
  if (group !== "") {
    const tenant = tenantOf(tx, pile, group);
    saveTenant(tx, pile, group, { ...tenant, inFlight: Math.max(0, tenant.inFlight + change) });
  }
}

/** Forgets up to `limit` rows of each kind of a pile that nothing refers to; how many messages. */
export function clearLanes(tx: WriteTx, pile: Pile, limit: number): readonly Waiting[] {
  const prefix = [pile.queueId, pile.generation];
  tenants.clear(tx, { prefix, limit });
  dueLanes.clear(tx, { prefix, limit });
  inFlightTotals.delete(tx, prefix);
  const waiting = [...tx.range({ prefix: lanesPrefix(pile), limit })].map(({ key, value }) => ({
    place: lanePlaceOf(pile, key),
    row: decodeRow(value),
  }));
  for (const { place } of waiting) {
    tx.delete(laneKey(place));
  }
  return waiting;
}

function tenantOf(tx: ReadTx, pile: Pile, group: string): Tenant {
  return tenants.get(tx, [pile.queueId, pile.generation, group]) ?? NOBODY;
}

function setFirst(tx: WriteTx, lane: LanePlace, tenant: Tenant, firstMs: number | null): void {
  const { queueId, generation, group } = lane;
  if (tenant.firstMs !== firstMs) {
    if (tenant.firstMs !== null) {
      dueLanes.delete(tx, [queueId, generation, tenant.firstMs, group]);
    }
    if (firstMs !== null) {
      dueLanes.put(tx, [queueId, generation, firstMs, group], null);
    }
  }
  saveTenant(tx, lane, group, { ...tenant, firstMs });
}

function saveTenant(tx: WriteTx, pile: Pile, group: string, tenant: Tenant): void {
  const id = [pile.queueId, pile.generation, group];
  if (tenant.firstMs === null && tenant.inFlight === 0) {
    tenants.delete(tx, id);
  } else {
    tenants.put(tx, id, tenant);
  }
}
