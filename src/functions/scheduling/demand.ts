/**
 * Who of the invocations that wait needs an environment of its own, and who is served sooner by those
 * there are. Times are in real time.
 */
import type { Group, Slot, Waiter } from "./scheduler-group.ts";

/** How long an invocation waits for an environment that is busy, at least, until one is started. */
export const START_PATIENCE_MS = 10;

/** What an invocation takes at least, to be more than a short one. */
const SHORT_MS = 2;
/** How long it is waited for those whose length is not known yet. */
const UNKNOWN_PATIENCE_MS = 100;
/**
 * How much longer the shortest is taken to be with each second in which none is as short: slowly, for
 * under load all take longer.
 */
const LEAST_GROWTH_MS_PER_S = 0.15;
const MS_PER_S = 1000;

/** After this time an invocation goes before all that is good for others. */
const PATIENCE_MS = 1000;

/** A short invocation that takes so many times as long as they do of late waits for something else. */
const ELSEWHERE_FACTOR = 4;
const ELSEWHERE_MS_MAX = 100;

function isShort({ leastBusyMs }: Group): boolean {
  return leastBusyMs !== undefined && leastBusyMs < SHORT_MS;
}

/** How long a short invocation may take until it must be waiting for something else than a processor. */
function elsewhereAfterMs({ meanBusyMs = 0 }: Group): number {
  const expectedMs = meanBusyMs * ELSEWHERE_FACTOR;
  return Math.min(ELSEWHERE_MS_MAX, Math.max(START_PATIENCE_MS, expectedMs));
}

/**
 * Whether so many short invocations are under way that more would only share the processors with
 * them. Those that took longer than expected do not count: they wait for something else. So a crowd
 * is one whose environments take one invocation after the other, and who waits for it is served as
 * soon as by another environment, however many wait.
 */
function isCrowded(group: Group, nowMs: number, shortMax: number): boolean {
  if (!isShort(group)) {
    return false;
  }
  const elsewhereMs = elsewhereAfterMs(group);
  let count = 0;
  for (const { isBusy, isEnding, busySinceMs } of group.slots) {
    count += isBusy && !isEnding && nowMs - busySinceMs < elsewhereMs ? 1 : 0;
  }
  return count >= shortMax;
}

/** Whether an invocation that comes now takes an idle environment: none that waits is overtaken. */
export function mayTakeIdle(group: Group, nowMs: number, shortMax: number): boolean {
  return group.waiting.length === 0 && !isCrowded(group, nowMs, shortMax);
}

/** Whether the oldest waiting invocation shall take an idle environment, if there is one. */
export function shallTakeIdle(group: Group, nowMs: number, shortMax: number): boolean {
  const [oldest] = group.waiting;
  return (
    oldest !== undefined &&
    group.idle.length > 0 &&
    (nowMs - oldest.sinceMs >= PATIENCE_MS || !isCrowded(group, nowMs, shortMax))
  );
}

/**
 * The oldest waiting invocation that needs a start of its own: none that is under way, and no
 * environment that is idle or busy, will have served it within its patience. Starting a process
 * costs more than many a handler takes, so a burst of short invocations is served by a few warm
 * environments.
 */
function inNeedOfStart(group: Group, nowMs: number, shortMax: number): Waiter | undefined {
  const served = group.startingCount + group.idle.length;
  const next = group.waiting[served];
  if (next === undefined) {
    return undefined;
  }
  const sinceMs = nowMs - next.sinceMs;
  if (isShort(group) && group.startingCount > 0 && sinceMs < PATIENCE_MS) {
    // One at a time: starting takes the processors from those that would serve it meanwhile.
    return undefined;
  }
  const isUnknown = group.leastBusyMs === undefined && group.slots.size >= shortMax;
  if (isUnknown && sinceMs < UNKNOWN_PATIENCE_MS) {
    return undefined;
  }
  if (isCrowded(group, nowMs, shortMax)) {
    return sinceMs >= PATIENCE_MS ? next : undefined;
  }
  const patienceMs = isUnknown ? UNKNOWN_PATIENCE_MS : START_PATIENCE_MS;
  return sinceMs >= patienceMs ? next : group.waiting[served + servedWithin(group, patienceMs)];
}

export interface Need {
  readonly group: Group;
  readonly waiter: Waiter;
}

/** The oldest invocation of all groups that needs a start of its own. */
export function neediest(
  groups: Iterable<Group>,
  nowMs: number,
  shortMax: number,
): Need | undefined {
  let need: Need | undefined;
  for (const group of groups) {
    const waiter = inNeedOfStart(group, nowMs, shortMax);
    if (waiter && waiter.order < (need?.waiter.order ?? Number.POSITIVE_INFINITY)) {
      need = { group, waiter };
    }
  }
  return need;
}

/** Whether a group lets its slot go for one that needs it, and has waited for long. */
export function yieldsTo(group: Group, need: Need, nowMs: number): boolean {
  return (
    need.group !== group &&
    need.waiter.order < (group.waiting[0]?.order ?? 0) &&
    nowMs - need.waiter.sinceMs >= PATIENCE_MS
  );
}

/** How many waiting invocations the busy environments take in that time. */
function servedWithin({ meanBusyMs, slots, generation }: Group, durationMs: number): number {
  if (meanBusyMs === undefined) {
    return 0;
  }
  let busyCount = 0;
  for (const slot of slots) {
    const isServing = slot.isBusy && !slot.isEnding && slot.generation === generation;
    busyCount += isServing ? 1 : 0;
  }
  return Math.floor((busyCount * durationMs) / Math.max(1, meanBusyMs));
}

/** What the latest invocation weighs in the mean. */
const LATEST_WEIGHT = 1 / 8;

export function noteBusy(slot: Slot, nowMs: number): void {
  slot.isBusy = true;
  slot.busySinceMs = nowMs;
}

export function noteIdle(slot: Slot, nowMs: number): void {
  if (slot.isBusy) {
    const { group } = slot;
    const busyMs = nowMs - slot.busySinceMs;
    const meanMs = group.meanBusyMs ?? busyMs;
    group.meanBusyMs = meanMs + (busyMs - meanMs) * LATEST_WEIGHT;
    group.leastBusyMs = Math.min(busyMs, grown(group, nowMs));
    group.leastSinceMs = nowMs;
    slot.isBusy = false;
  }
}

/** However long nobody called it, a second at most counts: one call does not tell much. */
function grown({ leastBusyMs, leastSinceMs }: Group, nowMs: number): number {
  const sinceS = Math.min(1, (nowMs - leastSinceMs) / MS_PER_S);
  return (leastBusyMs ?? Number.POSITIVE_INFINITY) + sinceS * LEAST_GROWTH_MS_PER_S;
}
