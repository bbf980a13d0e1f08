/**
 * What was seen of messages from outside, and whether it is as promised. Each rule has a name, which
 * its violations start with; `canaries.ts` breaks each of them once.
 *
 * | rule        | promise                                                                         |
 * |-------------|---------------------------------------------------------------------------------|
 * | lost        | what was acknowledged is consumed, dead-lettered or expired in the end          |
 * | invented    | what is received was sent, to that queue, and not removed before                |
 * | order       | a FIFO group is handed out in the order of its sending                          |
 * | concurrent  | while messages of a FIFO group are in flight, no other one is handed out        |
 * | hidden      | a message is not handed out before its visibility timeout ends                  |
 * | duplicate   | within five minutes a deduplication id brings one message                       |
 * | dead-letter | a message is dead-lettered after exactly `maxReceiveCount` receives             |
 * | early, late | a message is handed out when its delay or timeout ends: a waiting consumer has  |
 * |             | it at that millisecond                                                          |
 * | aged        | a message knows when it was sent, and is not handed out after its retention     |
 * | unsettled   | in the end the queues are empty                                                 |
 *
 * A receive whose answer was lost may have counted: for the messages of its queue the rules that
 * need exact counts allow for it.
 */

export interface QueueFacts {
  readonly name: string;
  readonly retentionMs: number;
  readonly isFifo: boolean;
  /** Where messages go that were received so often. */
  readonly dead?: { readonly name: string; readonly maxReceiveCount: number };
  /** Somebody always waits for its messages. */
  readonly isAwaited?: boolean;
}

export interface Sent {
  readonly queue: string;
  /** Unique: the body says it. */
  readonly id: string;
  readonly atMs: number;
  readonly delayMs: number;
  readonly group?: string | undefined;
  /** Without an answer the message may be there or not. */
  readonly isAcknowledged: boolean;
  /** True unless said: when it was sent is `atMs`, by the engine's clock too. */
  readonly isAgeKnown?: boolean;
}

export interface Received {
  readonly queue: string;
  readonly id: string;
  readonly receiveCount: number;
  readonly sentMs: number;
  readonly hiddenUntilMs: number;
}

interface History extends Omit<Sent, "isAcknowledged" | "isAgeKnown"> {
  isAcknowledged: boolean;
  readonly isAgeKnown: boolean;
  receivedCountMax: number;
  hiddenUntilMs: number;
  /** When it can be had next, as far as is known: exact for awaited queues. */
  dueMs: number;
  removed: "no" | "maybe" | "yes";
  isBuried: boolean;
  lostReceivesBefore: number;
}

export class Ledger {
  readonly violations: string[] = [];
  readonly #queues = new Map<string, QueueFacts>();
  readonly #sourceOfDead = new Map<string, QueueFacts>();
  /** By queue and id, in the order of sending. */
  readonly #histories = new Map<string, Map<string, History>>();
  readonly #forbidden = new Set<string>();
  /** Receives whose answer was lost, by queue. */
  readonly #lostReceives = new Map<string, number>();

  addQueue(facts: QueueFacts): void {
    this.#queues.set(facts.name, facts);
    this.#histories.set(facts.name, new Map());
    if (facts.dead !== undefined) {
      this.#sourceOfDead.set(facts.dead.name, facts);
    }
  }

  get messageCount(): number {
    return [...this.#histories.values()].reduce((sum, histories) => sum + histories.size, 0);
  }

  sent(sent: Sent): void {
    this.#of(sent.queue).set(sent.id, {
      ...sent,
      isAgeKnown: sent.isAgeKnown ?? true,
      receivedCountMax: 0,
      hiddenUntilMs: 0,
      dueMs: sent.atMs + sent.delayMs,
      removed: "no",
      isBuried: false,
      lostReceivesBefore: this.#lost(sent.queue),
    });
  }

  /** The answer to a send came. */
  acknowledged(queue: string, id: string): void {
    const history = this.#of(queue).get(id);
    if (history !== undefined) {
      history.isAcknowledged = true;
    }
  }

  /** Sent with a deduplication id that was used less than five minutes ago: nobody must get it. */
  sentDuplicate(id: string): void {
    this.#forbidden.add(id);
  }

  /** A receive of the queue may have handed out messages to nobody. */
  lostReceive(queue: string): void {
    this.#lostReceives.set(queue, this.#lost(queue) + 1);
  }

  /** The answer to one receive, in its order. */
  received(batch: readonly Received[], nowMs: number): void {
    const ids = new Set(batch.map(({ id }) => id));
    for (const [index, received] of batch.entries()) {
      const history = this.#historyOf(received, nowMs);
      if (history !== undefined) {
        const earlier = new Set(batch.slice(0, index).map(({ id }) => id));
        this.#checkReceive(history, received, nowMs);
        this.#checkGroup(history, { received, ids, earlier, nowMs });
      }
    }
    for (const received of batch) {
      const history = this.#of(received.queue).get(received.id);
      if (history !== undefined) {
        history.receivedCountMax = Math.max(history.receivedCountMax, received.receiveCount);
        history.hiddenUntilMs = received.hiddenUntilMs;
        history.dueMs = received.hiddenUntilMs;
      }
    }
  }

  /** A delete was tried; `isCertain` when its answer said that the message is gone. */
  removed(queue: string, id: string, options: { readonly isCertain: boolean }): void {
    const history = this.#of(queue).get(id);
    if (history !== undefined && history.removed !== "yes") {
      history.removed = options.isCertain ? "yes" : "maybe";
    }
  }

  /** A change of visibility; without an answer nobody knows. */
  hidden(
    queue: string,
    id: string,
    untilMs: number,
    options: { readonly isCertain: boolean },
  ): void {
    const history = this.#of(queue).get(id);
    if (history !== undefined) {
      history.hiddenUntilMs = options.isCertain ? untilMs : 0;
      history.dueMs = untilMs;
    }
  }

  /** Everybody is done; `left` is how many messages each queue still holds. */
  settled(nowMs: number, left: ReadonlyMap<string, number>): void {
    for (const [queue, count] of left) {
      if (count > 0) {
        this.#violate("unsettled", `${count} messages are left in ${queue}`);
      }
    }
    for (const [queue, histories] of this.#histories) {
      const retentionMs = this.#facts(queue).retentionMs;
      for (const history of histories.values()) {
        const isExpired = history.atMs + retentionMs <= nowMs;
        const isAccounted = history.removed !== "no" || history.isBuried || isExpired;
        if (history.isAcknowledged && !isAccounted) {
          this.#violate("lost", `${history.id} of ${queue}`);
        }
      }
    }
  }

  /** The message's history in the queue it is received from; of a dead letter, in its source. */
  #historyOf(received: Received, nowMs: number): History | undefined {
    const { queue, id } = received;
    if (this.#forbidden.has(id)) {
      this.#violate("duplicate", `${id} was handed out`);
      return undefined;
    }
    const source = this.#sourceOfDead.get(queue);
    if (source !== undefined && this.#of(queue).get(id) === undefined) {
      this.#bury(source, received, nowMs);
    }
    const history = this.#of(queue).get(id);
    if (history === undefined) {
      this.#violate("invented", `${id} was received from ${queue}`);
    }
    return history;
  }

  #bury(source: QueueFacts, received: Received, nowMs: number): void {
    const history = this.#of(source.name).get(received.id);
    if (history === undefined) {
      return;
    }
    const max = source.dead?.maxReceiveCount ?? 0;
    const lost = this.#lost(source.name) - history.lostReceivesBefore;
    if (history.removed === "yes") {
      this.#violate("dead-letter", `${received.id} was consumed`);
    }
    if (history.receivedCountMax + lost < max || history.receivedCountMax > max) {
      const count = history.receivedCountMax;
      this.#violate("dead-letter", `${received.id} after ${count} receives of ${max}`);
    }
    const countThere = received.receiveCount - max;
    if (countThere < 1 || countThere > 1 + this.#lost(received.queue)) {
      this.#violate(
        "dead-letter",
        `${received.id} counts ${received.receiveCount}, not ${max + 1}`,
      );
    }
    history.isBuried = true;
    this.sent({
      queue: received.queue,
      id: received.id,
      atMs: source.isFifo ? nowMs : history.atMs,
      delayMs: 0,
      isAcknowledged: true,
      isAgeKnown: history.isAgeKnown && !source.isFifo,
    });
  }

  #checkReceive(history: History, received: Received, nowMs: number): void {
    const { queue, id } = received;
    const { dead, retentionMs, isAwaited } = this.#facts(queue);
    if (history.removed === "yes" || history.isBuried) {
      this.#violate("invented", `${id} was received from ${queue} after its end`);
    }
    if (dead !== undefined && received.receiveCount > dead.maxReceiveCount) {
      this.#violate("dead-letter", `${id} was received ${received.receiveCount} times`);
    }
    if (nowMs < history.atMs + history.delayMs) {
      this.#violate("early", `${id} was received ${nowMs - history.atMs} ms after it was sent`);
    }
    if (nowMs < history.hiddenUntilMs) {
      this.#violate("hidden", `${id} was received while it was in flight`);
    }
    const isExact = isAwaited === true && this.#lost(queue) === history.lostReceivesBefore;
    if (isExact && nowMs > history.dueMs) {
      this.#violate("late", `${id} was received ${nowMs - history.dueMs} ms after it was due`);
    }
    if (history.isAgeKnown && received.sentMs !== history.atMs) {
      this.#violate("aged", `${id} says it was sent ${received.sentMs - history.atMs} ms later`);
    }
    if (nowMs >= history.atMs + retentionMs) {
      this.#violate("aged", `${id} was received ${nowMs - history.atMs} ms after it was sent`);
    }
  }

  #checkGroup(history: History, { received, ids, earlier, nowMs }: Reception): void {
    const facts = this.#facts(received.queue);
    if (!facts.isFifo || history.group === undefined) {
      return;
    }
    let isBefore = true;
    for (const other of this.#of(received.queue).values()) {
      isBefore &&= other.id !== history.id;
      if (other.group !== history.group || other.id === history.id) {
        continue;
      }
      if (!ids.has(other.id) && other.hiddenUntilMs > nowMs && other.removed === "no") {
        this.#violate("concurrent", `${history.id} was handed out while ${other.id} is in flight`);
      }
      if (isBefore && !earlier.has(other.id) && this.#isThere(other, facts, nowMs)) {
        this.#violate("order", `${history.id} was handed out before ${other.id}`);
      }
    }
  }

  /** Whether a message is surely still to come in its queue. */
  #isThere(history: History, facts: QueueFacts, nowMs: number): boolean {
    const lost = this.#lost(facts.name) - history.lostReceivesBefore;
    const max = facts.dead?.maxReceiveCount ?? Number.POSITIVE_INFINITY;
    return (
      history.isAcknowledged &&
      history.removed === "no" &&
      !history.isBuried &&
      history.receivedCountMax + lost < max &&
      nowMs < history.atMs + facts.retentionMs
    );
  }

  #of(queue: string): Map<string, History> {
    const histories = this.#histories.get(queue);
    if (histories === undefined) {
      throw new Error(`the ledger knows no queue ${queue}`);
    }
    return histories;
  }

  #facts(queue: string): QueueFacts {
    const facts = this.#queues.get(queue);
    if (facts === undefined) {
      throw new Error(`the ledger knows no queue ${queue}`);
    }
    return facts;
  }

  #lost(queue: string): number {
    return this.#lostReceives.get(queue) ?? 0;
  }

  #violate(rule: string, what: string): void {
    this.violations.push(`${rule}: ${what}`);
  }
}

interface Reception {
  readonly received: Received;
  /** Of the whole answer, and of its part before this message. */
  readonly ids: ReadonlySet<string>;
  readonly earlier: ReadonlySet<string>;
  readonly nowMs: number;
}
