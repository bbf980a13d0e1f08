/** What the scheduler knows of one function's version, and what is to be kept of it. */
import type {
  FunctionSpec,
  Invocation,
  InvocationResult,
  KeptEnvironments,
} from "../function-host.ts";

/** What is scheduled: an `Environment`, or a fake of one. */
export interface Schedulable {
  /** Calls `onIdle` once it can take an invocation; rejects when it never will. */
  start(): Promise<void>;
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** Calls `onEnded` once it has. */
  end(): void;
  /** Why its init phase failed: the next invocation tries once more. */
  readonly initFailure?: string | undefined;
}

/** One function's version. */
export interface Group {
  readonly key: string;
  spec: FunctionSpec;
  /** Goes up when the code or configuration changes: slots of an earlier one are ended. */
  generation: number;
  /** The longest idle first. */
  readonly idle: Slot[];
  readonly slots: Set<Slot>;
  readonly waiting: Waiter[];
  startingCount: number;
  /** How long an invocation keeps its slot busy in real time: a running mean, once there was one. */
  meanBusyMs: number | undefined;
  /** The shortest of late, which tells what it takes when nothing else is in its way. */
  leastBusyMs: number | undefined;
  /** When the latest ended. */
  leastSinceMs: number;
  /** How many slots are to be kept, and how they say they were started. */
  keptCount: number;
  keptSpec: FunctionSpec | undefined;
  /** Who waits to hear how keeping them went. */
  readonly keepers: Keeper[];
}

export interface Slot {
  readonly group: Group;
  readonly generation: number;
  environment: Schedulable | undefined;
  /** Never ended for being idle or to make room. */
  isKept: boolean;
  isStarting: boolean;
  isBusy: boolean;
  isEnding: boolean;
  /** On the cloud's clock. */
  idleSinceMs: number;
  /** In real time. */
  busySinceMs: number;
}

export interface Waiter {
  readonly order: number;
  /** In real time. */
  readonly sinceMs: number;
  readonly invocation: Invocation;
  readonly resolve: (result: InvocationResult | Promise<InvocationResult>) => void;
  readonly reject: (error: unknown) => void;
}

export interface Keeper {
  readonly resolve: (kept: KeptEnvironments) => void;
  readonly reject: (error: unknown) => void;
}

export function newGroup(key: string, spec: FunctionSpec): Group {
  return {
    key,
    spec,
    generation: 0,
    idle: [],
    slots: new Set(),
    waiting: [],
    startingCount: 0,
    meanBusyMs: undefined,
    leastBusyMs: undefined,
    leastSinceMs: 0,
    keptCount: 0,
    keptSpec: undefined,
    keepers: [],
  };
}

export function newSlot(group: Group, isKept: boolean): Slot {
  return {
    group,
    generation: group.generation,
    environment: undefined,
    isKept,
    isStarting: true,
    isBusy: false,
    isEnding: false,
    idleSinceMs: 0,
    busySinceMs: 0,
  };
}

/** Idle slots that may be ended. */
export function evictable(groups: Iterable<Group>): readonly Slot[] {
  return [...groups].flatMap(({ idle }) => idle.filter(({ isKept }) => !isKept));
}

export function longestIdle(groups: Iterable<Group>): Slot | undefined {
  let longest: Slot | undefined;
  for (const slot of evictable(groups)) {
    if (slot.idleSinceMs < (longest?.idleSinceMs ?? Number.POSITIVE_INFINITY)) {
      longest = slot;
    }
  }
  return longest;
}

/** Nothing is left to know of it. */
export function isForgettable({ slots, waiting, keptCount }: Group): boolean {
  return slots.size === 0 && waiting.length === 0 && keptCount === 0;
}

export function keptSlots(group: Group): readonly Slot[] {
  return [...group.slots].filter(
    (slot) => slot.isKept && !slot.isEnding && slot.generation === group.generation,
  );
}

export function lacksKept(group: Group): boolean {
  return group.keptCount > 0 && keptSlots(group).length < group.keptCount;
}

export function lackingKept(groups: Iterable<Group>): Group | undefined {
  for (const group of groups) {
    if (lacksKept(group)) {
      return group;
    }
  }
  return undefined;
}

/** Whoever waits hears why it is in vain. */
export function abandon(group: Group, reason: Error): void {
  for (const { reject } of [...group.waiting.splice(0), ...group.keepers.splice(0)]) {
    reject(reason);
  }
}

/** Tells those who wait once nothing is being started for them: for want of room, or done. */
export function answerKeepers(group: Group, hasRoom: boolean): void {
  if (group.keepers.length === 0) {
    return;
  }
  const kept = keptSlots(group);
  if (kept.some(({ isStarting }) => isStarting) || (lacksKept(group) && hasRoom)) {
    return;
  }
  const failures = kept.map(({ environment }) => environment?.initFailure);
  const failure =
    failures.find((reason) => reason !== undefined) ??
    (lacksKept(group) ? "Runtime.NoRoom: this host runs no more environments" : undefined);
  const readyCount = failures.filter((reason) => reason === undefined).length;
  for (const keeper of group.keepers.splice(0)) {
    keeper.resolve({ readyCount, ...(failure === undefined ? {} : { failure }) });
  }
}

export function removeFrom<T>(items: T[], item: T): void {
  const at = items.indexOf(item);
  if (at !== -1) {
    items.splice(at, 1);
  }
}
