/**
 * Decides which environment runs which invocation, and when environments are started and ended.
 *
 * An invocation takes an idle environment of its function, or waits, first come first served, while
 * one is started, unless those that are busy will soon have served it. One that becomes free serves
 * the oldest of its own function, unless one of another function has waited long for room.
 *
 * Invariants: never more environments than `processesMax`; an invocation runs once at most; an
 * environment of an older generation finishes what it runs and is ended.
 */
import type { Clock } from "../../platform/clock.ts";
import type { Deadlines } from "../environments/deadlines.ts";
import {
  FunctionHostBusy,
  FunctionHostClosed,
  type FunctionHostLimits,
  type FunctionSpec,
  type Invocation,
  type InvocationResult,
  type KeptEnvironments,
} from "../function-host.ts";
import {
  mayTakeIdle,
  type Need,
  neediest,
  noteBusy,
  noteIdle,
  START_PATIENCE_MS,
  shallTakeIdle,
  yieldsTo,
} from "./demand.ts";
import {
  abandon,
  answerKeepers,
  evictable,
  type Group,
  isForgettable,
  keptSlots,
  lackingKept,
  lacksKept,
  longestIdle,
  newGroup,
  newSlot,
  removeFrom,
  type Schedulable,
  type Slot,
  type Waiter,
} from "./scheduler-group.ts";

export interface EnvironmentEvents {
  readonly onIdle: () => void;
  /** From now on it takes no invocation. */
  readonly onEnding: () => void;
  readonly onEnded: () => void;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  /** On the cloud's clock. */
  readonly deadlines: Deadlines;
  /** Invocations take real time, and wait in it. */
  readonly realNowMs: () => number;
  readonly realDeadlines: Deadlines;
  readonly limits: FunctionHostLimits;
  /** Rejects when the function cannot be run on this host. */
  readonly open: (
    spec: FunctionSpec,
    events: EnvironmentEvents,
    isKept: boolean,
  ) => Promise<Schedulable>;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #groups = new Map<string, Group>();
  #slotsCount = 0;
  #startingCount = 0;
  #endingCount = 0;
  #waitingCount = 0;
  #order = 0;
  #isSweepSet = false;
  #isPatienceSet = false;
  #closing: (() => void) | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  invoke(spec: FunctionSpec, invocation: Invocation): Promise<InvocationResult> {
    if (this.#closing) {
      return Promise.reject(new FunctionHostClosed());
    }
    const { shortMax, waitingMax } = this.#options.limits;
    const group = this.#groupOf(spec);
    const sinceMs = this.#options.realNowMs();
    const slot = mayTakeIdle(group, sinceMs, shortMax) ? group.idle.pop() : undefined;
    if (slot?.environment) {
      noteBusy(slot, sinceMs);
      return slot.environment.invoke(invocation);
    }
    if (this.#waitingCount >= waitingMax) {
      return Promise.reject(new FunctionHostBusy(this.#waitingCount));
    }
    return new Promise((resolve, reject) => {
      this.#order += 1;
      this.#waitingCount += 1;
      group.waiting.push({ order: this.#order, sinceMs, invocation, resolve, reject });
      this.#grow();
      this.#setPatience();
    });
  }

  /** See `FunctionHost.keep`. */
  keep(spec: FunctionSpec, count: number): Promise<KeptEnvironments> {
    if (this.#closing) {
      return Promise.reject(new FunctionHostClosed());
    }
    const group = this.#groupOf(spec);
    group.keptCount = count;
    group.keptSpec = spec;
    for (const slot of keptSlots(group).slice(count)) {
      slot.isKept = false;
      if (group.idle.includes(slot)) {
        this.#end(slot);
      }
    }
    const kept = new Promise<KeptEnvironments>((resolve, reject) => {
      group.keepers.push({ resolve, reject });
    });
    this.#grow();
    this.#answerKeepers(group);
    this.#forget(group);
    return kept;
  }

  /** Ends the environments of every version of a function, kept ones too, each once it is idle. */
  retire(functionArn: string): void {
    for (const group of this.#groups.values()) {
      const { arn } = group.spec;
      if (arn === functionArn || arn.startsWith(`${functionArn}:`)) {
        group.keptCount = 0;
        this.#renew(group);
        this.#answerKeepers(group);
      }
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    for (const group of this.#groups.values()) {
      abandon(group, new FunctionHostClosed());
      for (const slot of group.slots) {
        slot.environment?.end();
      }
    }
    if (this.#slotsCount > 0) {
      await closed;
    }
  }

  #groupOf(spec: FunctionSpec): Group {
    const key = `${spec.arn}#${spec.version}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = newGroup(key, spec);
      this.#groups.set(key, group);
    } else if (group.spec.revision !== spec.revision) {
      group.spec = spec;
      this.#renew(group);
    }
    return group;
  }

  #renew(group: Group): void {
    group.generation += 1;
    for (const slot of group.idle.splice(0)) {
      this.#end(slot);
    }
  }

  /** Starts what the waiting invocations need, oldest first, as far as there is room. */
  #grow(): void {
    const { processesMax, startsMax } = this.#options.limits;
    while (!this.#closing && this.#startingCount < startsMax) {
      const need = this.#neediest();
      const group = need?.group ?? lackingKept(this.#groups.values());
      if (!group) {
        return;
      }
      if (this.#slotsCount >= processesMax) {
        this.#makeRoom();
        return;
      }
      this.#start(group, need === undefined || lacksKept(group));
    }
  }

  #answerKeepers(group: Group): void {
    const { processesMax } = this.#options.limits;
    answerKeepers(group, this.#slotsCount < processesMax || this.#endingCount > 0);
  }

  #neediest(): Need | undefined {
    const { limits, realNowMs } = this.#options;
    return neediest(this.#groups.values(), realNowMs(), limits.shortMax);
  }

  /** Looks again at those who wait for a busy environment once their patience is at its end. */
  #setPatience(): void {
    if (!this.#isPatienceSet && this.#waitingCount > 0 && !this.#closing) {
      this.#isPatienceSet = true;
      this.#options.realDeadlines.set(START_PATIENCE_MS, () => {
        this.#isPatienceSet = false;
        this.#takeIdle();
        this.#grow();
        this.#setPatience();
      });
    }
  }

  #makeRoom(): void {
    if (this.#endingCount > 0) {
      return;
    }
    const longest = longestIdle(this.#groups.values());
    if (longest) {
      removeFrom(longest.group.idle, longest);
      this.#end(longest);
    }
  }

  #start(group: Group, isKept: boolean): void {
    const slot = newSlot(group, isKept);
    group.slots.add(slot);
    group.startingCount += 1;
    this.#slotsCount += 1;
    this.#startingCount += 1;
    this.#open(slot).catch((error: unknown) => {
      // It will never run here, so an invocation that waits for it hears why.
      this.#takeWaiter(group)?.reject(error);
      if (slot.isKept) {
        group.keptCount = 0;
        for (const keeper of group.keepers.splice(0)) {
          keeper.reject(error);
        }
      }
      if (slot.environment) {
        this.#end(slot);
      } else {
        this.#onEnded(slot);
      }
    });
  }

  async #open(slot: Slot): Promise<void> {
    const { spec, keptSpec } = slot.group;
    const events: EnvironmentEvents = {
      onIdle: () => this.#onIdle(slot),
      onEnding: () => this.#onEnding(slot),
      onEnded: () => this.#onEnded(slot),
    };
    const wanted = slot.isKept ? (keptSpec ?? spec) : spec;
    const environment = await this.#options.open(wanted, events, slot.isKept);
    slot.environment = environment;
    if (this.#closing) {
      environment.end();
    } else {
      await environment.start();
    }
  }

  #onIdle(slot: Slot): void {
    const { group, environment } = slot;
    const nowMs = this.#options.realNowMs();
    this.#hasStarted(slot);
    noteIdle(slot, nowMs);
    const isSpare = !slot.isKept && this.#isNeededElsewhere(group);
    if (slot.generation !== group.generation || isSpare) {
      this.#end(slot);
      return;
    }
    if (environment && group.waiting.length > 0) {
      this.#serve(slot);
    } else {
      slot.idleSinceMs = this.#options.clock.nowMs();
      group.idle.push(slot);
      this.#setSweep(this.#options.limits.idleTimeoutMs);
    }
    if (this.#waitingCount > 0 || group.keptCount > 0) {
      this.#grow();
      this.#answerKeepers(group);
    }
  }

  /** Gives idle environments to those that waited for busy ones, where that was in vain. */
  #takeIdle(): void {
    const { limits, realNowMs } = this.#options;
    for (const group of this.#groups.values()) {
      while (shallTakeIdle(group, realNowMs(), limits.shortMax)) {
        this.#serve(group.idle.pop());
      }
    }
  }

  /** The oldest that waits. */
  #serve(slot: Slot | undefined): void {
    const waiter = slot?.environment && this.#takeWaiter(slot.group);
    if (waiter && slot?.environment) {
      noteBusy(slot, this.#options.realNowMs());
      waiter.resolve(slot.environment.invoke(waiter.invocation));
    }
  }

  /** An older invocation of another function waits for room that this slot can make. */
  #isNeededElsewhere(group: Group): boolean {
    const isFull = this.#slotsCount >= this.#options.limits.processesMax;
    const need = this.#waitingCount > 0 && isFull ? this.#neediest() : undefined;
    return need !== undefined && yieldsTo(group, need, this.#options.realNowMs());
  }

  #takeWaiter(group: Group): Waiter | undefined {
    const waiter = group.waiting.shift();
    if (waiter) {
      this.#waitingCount -= 1;
    }
    return waiter;
  }

  #hasStarted(slot: Slot): void {
    if (slot.isStarting) {
      slot.isStarting = false;
      slot.group.startingCount -= 1;
      this.#startingCount -= 1;
    }
  }

  #end(slot: Slot): void {
    slot.environment?.end();
  }

  #onEnding(slot: Slot): void {
    if (!slot.isEnding) {
      slot.isEnding = true;
      this.#endingCount += 1;
      removeFrom(slot.group.idle, slot);
    }
  }

  #onEnded(slot: Slot): void {
    const { group } = slot;
    if (!group.slots.delete(slot)) {
      return;
    }
    this.#hasStarted(slot);
    this.#slotsCount -= 1;
    this.#endingCount -= slot.isEnding ? 1 : 0;
    removeFrom(group.idle, slot);
    this.#forget(group);
    if (this.#closing) {
      if (this.#slotsCount === 0) {
        this.#closing();
      }
    } else {
      this.#grow();
      this.#answerKeepers(group);
    }
  }

  #forget(group: Group): void {
    if (isForgettable(group)) {
      this.#groups.delete(group.key);
    }
  }

  #setSweep(durationMs: number): void {
    if (!this.#isSweepSet && !this.#closing) {
      this.#isSweepSet = true;
      this.#options.deadlines.set(durationMs, () => this.#sweep());
    }
  }

  /** Ends what has been idle for long. */
  #sweep(): void {
    const { clock, limits } = this.#options;
    const sinceMs = clock.nowMs() - limits.idleTimeoutMs;
    this.#isSweepSet = false;
    for (const slot of evictable(this.#groups.values())) {
      if (slot.idleSinceMs <= sinceMs) {
        removeFrom(slot.group.idle, slot);
        this.#end(slot);
      }
    }
    const next = longestIdle(this.#groups.values());
    if (next) {
      this.#setSweep(next.idleSinceMs - sinceMs);
    }
  }
}
