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
import { assert } from "../../base/assert.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import {
  dueLanes,
  inFlightTotals,
  type LanePlace,
  type LanePosition,
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
/** A group that is sent to all the time is not written to all the time. */
const SENT_NOTED_EVERY_MS = 10_000;

/** As many as can have more than a tenth of something. */
const NOISY_MAX = 9;

const NOBODY: Tenant = { first: null, inFlight: 0, lastSentMs: 0 };

export interface Waiting {
  readonly place: LanePlace;
  readonly row: MessageRow;
}

/** Puts a message that is visible into the lane of its group. */
export function enterLane(tx: WriteTx, place: Place, row: MessageRow): void {
  const lane: LanePlace = { ...place, group: row.group };
  tx.set(laneKey(lane), encodeRow(row));
  const before = tenantOf(tx, lane, row.group);
  const isFirst = before.first === null || isBefore(place, before.first);
  if (!isFirst && row.sentMs - before.lastSentMs < SENT_NOTED_EVERY_MS) {
    return;
  }
  const lastSentMs = Math.max(before.lastSentMs, row.sentMs);
  const { visibleAtMs, messageKey } = place;
  const first = isFirst ? { visibleAtMs, messageKey } : before.first;
  changeTenant(tx, {
    pile: lane,
    group: row.group,
    before,
    after: { ...before, first, lastSentMs },
  });
}

/** Takes a message out of its lane; its content stays. */
export function leaveLane(tx: WriteTx, place: LanePlace): void {
  tx.delete(laneKey(place));
  const { group } = place;
  const before = tenantOf(tx, place, group);
  if (before.first?.messageKey === place.messageKey) {
    const after = { ...before, first: nextInLane(tx, place) };
    changeTenant(tx, { pile: place, group, before, after });
  }
}

/** Seeks, so that it does not pass what was before: on its way to the disk that may be a lot. */
function nextInLane(tx: ReadTx, place: LanePlace): LanePosition | null {
  const prefix = [...lanesPrefix(place), place.group];
  for (const { key } of tx.range({ prefix, after: laneKey(place), limit: 1 })) {
    const { visibleAtMs, messageKey } = lanePlaceOf(place, key);
    return { visibleAtMs, messageKey };
  }
  return null;
}

function isBefore(a: LanePosition, b: LanePosition): boolean {
  return (
    a.visibleAtMs < b.visibleAtMs ||
    (a.visibleAtMs === b.visibleAtMs && a.messageKey < b.messageKey)
  );
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

interface Turn {
  readonly group: string;
  readonly before: Tenant;
  tenant: Tenant;
}

/**
 * Those whose turn may come in one receive, read once and written once. `take` hands over the first
 * message of the one whose turn it is, out of its lane; `save` has to follow.
 */
export class LaneTurns {
  readonly #tx: WriteTx;
  readonly #pile: Pile;
  readonly #turns: readonly Turn[];
  readonly #inFlightBefore: number;
  #inFlight: number;

  constructor(tx: WriteTx, pile: Pile, messagesMax: number) {
    this.#tx = tx;
    this.#pile = pile;
    const prefix = [pile.queueId, pile.generation];
    this.#inFlightBefore = inFlightTotals.get(tx, prefix) ?? 0;
    this.#inFlight = this.#inFlightBefore;
    const limit = messagesMax + NOISY_MAX;
    this.#turns = [...dueLanes.list(tx, { prefix, limit })].map(({ id }) => {
      const group = id[3] as string;
      const tenant = tenantOf(tx, pile, group);
      return { group, before: tenant, tenant };
    });
  }

  take(): Waiting | undefined {
    const turn = this.#next();
    if (turn === undefined || turn.tenant.first === null) {
      return undefined;
    }
    const place: LanePlace = { ...this.#pile, group: turn.group, ...turn.tenant.first };
    const row = readLane(this.#tx, place);
    assert(row !== undefined, `the lane of ${turn.group} has lost its first message`);
    this.#tx.delete(laneKey(place));
    turn.tenant = { ...turn.tenant, first: nextInLane(this.#tx, place) };
    return { place, row };
  }

  /** The message that was taken from the group is now in flight. */
  countTaken(group: string): void {
    this.#inFlight += 1;
    const turn = this.#turns.find((one) => one.group === group);
    if (turn !== undefined && group !== "") {
      turn.tenant = { ...turn.tenant, inFlight: turn.tenant.inFlight + 1 };
    }
  }

  save(): void {
    for (const { group, before, tenant } of this.#turns) {
      if (tenant !== before) {
        changeTenant(this.#tx, { pile: this.#pile, group, before, after: tenant });
      }
    }
    if (this.#inFlight !== this.#inFlightBefore) {
      const { queueId, generation } = this.#pile;
      inFlightTotals.put(this.#tx, [queueId, generation], this.#inFlight);
    }
  }

  #next(): Turn | undefined {
    const waiting = this.#turns.filter(({ tenant }) => tenant.first !== null);
    const quiet = waiting.filter(({ tenant }) => !isNoisy(tenant, this.#inFlight, this.#tx.nowMs));
    return quiet.length > 0
      ? least(quiet, ({ tenant }) => tenant.first?.visibleAtMs ?? 0)
      : least(waiting, ({ tenant }) => tenant.inFlight);
  }
}

/** The first of the least. */
function least<T>(values: readonly T[], measure: (value: T) => number): T | undefined {
  let found: T | undefined;
  for (const value of values) {
    if (found === undefined || measure(value) < measure(found)) {
      found = value;
    }
  }
  return found;
}

/** Whether anything waits in a lane. */
export function isAnyWaiting(tx: ReadTx, pile: Pile): boolean {
  const prefix = [pile.queueId, pile.generation];
  return [...dueLanes.list(tx, { prefix, limit: 1 })].length > 0;
}

function isNoisy(tenant: Tenant, inFlightTotal: number, nowMs: number): boolean {
  return (
    tenant.inFlight >= NOISY_IN_FLIGHT_MIN &&
    tenant.inFlight > inFlightTotal * NOISY_SHARE &&
    tenant.lastSentMs > nowMs - QUIET_AFTER_MS
  );
}

/** A message of the group is in flight no more. */
export function countLanded(tx: WriteTx, pile: Pile, group: string): void {
  const id = [pile.queueId, pile.generation];
  inFlightTotals.put(tx, id, Math.max(0, (inFlightTotals.get(tx, id) ?? 0) - 1));
  if (group !== "") {
    const before = tenantOf(tx, pile, group);
    const after = { ...before, inFlight: Math.max(0, before.inFlight - 1) };
    changeTenant(tx, { pile, group, before, after });
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

interface TenantChange {
  readonly pile: Pile;
  readonly group: string;
  readonly before: Tenant;
  readonly after: Tenant;
}

/** Keeps the index of lanes, and forgets groups that have nothing left. */
function changeTenant(tx: WriteTx, { pile, group, before, after }: TenantChange): void {
  const { queueId, generation } = pile;
  if (before.first?.visibleAtMs !== after.first?.visibleAtMs) {
    if (before.first !== null) {
      dueLanes.delete(tx, [queueId, generation, before.first.visibleAtMs, group]);
    }
    if (after.first !== null) {
      dueLanes.put(tx, [queueId, generation, after.first.visibleAtMs, group], null);
    }
  }
  if (after.first === null && after.inFlight === 0) {
    tenants.delete(tx, [queueId, generation, group]);
  } else {
    tenants.put(tx, [queueId, generation, group], after);
  }
}
