/**
 * Replays: archived events go through the rules of their bus again.
 *
 * A replay is a row with a cursor. Each step is one transaction that delivers a bounded number of
 * events, moves the cursor and arms the next step, so a crash anywhere goes on from the last step,
 * and every event is replayed once.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
import { formatArn } from "../../../base/arn.ts";
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { Replay as Shape } from "../../../wire/models/events.gen.ts";
import type { TimerHandler } from "../../service.ts";
import type { Delivery } from "../delivery.ts";
import { parseDetail } from "../detail.ts";
import { replayDoesNotExist } from "../errors.ts";
import type { BusEvent } from "../event.ts";
import type { BusId } from "../keys.ts";
import { type ArchivedEvent, type ArchiveId, archivedEvents, findArchive } from "./archive.ts";
import { expiredThroughMs } from "./retention.ts";

export const REPLAY_TIMER = "events.replay";

/** Events of one step. */
const STEP_EVENTS_MAX = 100;

export interface Replay extends ReplayId {
  readonly description?: string | undefined;
  readonly archive: ArchiveId & { readonly id: string };
  readonly archiveArn: string;
  readonly bus: BusId;
  readonly busArn: string;
  readonly filterArns?: readonly string[] | undefined;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly state: "STARTING" | "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  readonly stateReason?: string | undefined;
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  /** The time of the event replayed last. */
  readonly lastReplayedMs?: number | undefined;
  /** Of the event replayed last: its time and sequence. */
  readonly cursor?: readonly [number, string] | undefined;
  readonly steps: number;
}

export interface ReplayId {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export const replays: Collection<Replay> = collection("events", "replay");

export function replayKey({ accountId, region, name }: ReplayId): Key {
  return [accountId, region, name];
}

export function replayArn({ accountId, region, name }: ReplayId): string {
  return formatArn({ service: "events", region, accountId, resource: `replay/${name}` });
}

export function requireReplay(tx: ReadTx, id: ReplayId): Replay {
  const replay = replays.get(tx, replayKey(id));
  if (replay === undefined) {
    throw replayDoesNotExist(id.name);
  }
  return replay;
}

export function isActive({ state }: Replay): boolean {
  return state === "STARTING" || state === "RUNNING";
}

/** Writes a replay and arms its next step. */
export function putReplay(tx: WriteTx, replay: Replay): void {
  replays.put(tx, replayKey(replay), replay);
  if (isActive(replay)) {
    const key = [...replayKey(replay), replay.startedMs, replay.steps];
    tx.after({ dueMs: tx.nowMs, kind: REPLAY_TIMER, key });
  }
}

export function replayTimer(delivery: Delivery): TimerHandler {
  return (tx, timer) => {
    const [accountId = "", region = "", name = "", startedMs, steps] = timer.key;
    const id = { accountId: String(accountId), region: String(region), name: String(name) };
    const replay = replays.get(tx, replayKey(id));
    const isCurrent = replay?.startedMs === startedMs && replay?.steps === steps;
    if (replay !== undefined && isActive(replay) && isCurrent) {
      putReplay(tx, step(tx, delivery, replay));
    }
  };
}

function step(tx: WriteTx, delivery: Delivery, replay: Replay): Replay {
  const archive = findArchive(tx, replay.archive);
  if (archive?.id !== replay.archive.id) {
    const stateReason = "The archive does not exist any more.";
    return { ...replay, state: "FAILED", stateReason, endedMs: tx.nowMs };
  }
  const rules = replay.filterArns && new Set(replay.filterArns);
  const { id } = replay.archive;
  const after = replay.cursor && { after: [id, ...replay.cursor] };
  const events = archivedEvents.list(tx, {
    prefix: [id],
    ...(after ?? { from: [id, replay.fromMs] }),
    until: [id, replay.untilMs],
    limit: STEP_EVENTS_MAX,
  });
  const expiredMs = expiredThroughMs(archive, tx.nowMs);
  let { cursor, lastReplayedMs } = replay;
  let count = 0;
  for (const { id: place, record } of [...events]) {
    const [, timeMs, sequence] = place as readonly [string, number, string];
    count += 1;
    cursor = [timeMs, sequence];
    if (record.archivedMs > expiredMs) {
      lastReplayedMs = timeMs;
      delivery.toBus(tx, replay.bus, replayed(record, replay.name), { rules });
    }
  }
  const next = { ...replay, cursor, lastReplayedMs, steps: replay.steps + 1 };
  return count < STEP_EVENTS_MAX
    ? { ...next, state: "COMPLETED", endedMs: tx.nowMs }
    : { ...next, state: "RUNNING" };
}

/** The event with the name of the replay in it. */
function replayed({ text, trace }: ArchivedEvent, replayName: string): BusEvent {
  const opened = text.trimEnd().slice(0, -1);
  return {
    text: `${opened},"replay-name":${JSON.stringify(replayName)}}`,
    document: { ...parseDetail(text), "replay-name": replayName },
    trace,
  };
}

export function describedReplay(replay: Replay): Shape {
  const date = (timeMs: number | undefined): Date | undefined =>
    timeMs === undefined ? undefined : new Date(timeMs);
  return {
    ReplayName: replay.name,
    EventSourceArn: replay.archiveArn,
    State: replay.state,
    StateReason: replay.stateReason,
    EventStartTime: new Date(replay.fromMs),
    EventEndTime: new Date(replay.untilMs),
    EventLastReplayedTime: date(replay.lastReplayedMs),
    ReplayStartTime: new Date(replay.startedMs),
    ReplayEndTime: date(replay.endedMs),
  };
}
