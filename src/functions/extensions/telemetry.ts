/**
 * What extensions are told of an environment by the Telemetry API and the older Logs API: events,
 * gathered for each subscriber as it wishes and delivered to its port, over HTTP or TCP.
 *
 * Invariants: a subscriber gets its events in order, one request at a time; what it does not take
 * is tried again, and beyond the bound dropped and told as `platform.logsDropped`.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html
 */
import type { HttpClient } from "../../platform/http-client.ts";
import type { Deadline, Deadlines } from "../environments/deadlines.ts";
import { openTcpLines, type TcpLines } from "./telemetry-tcp.ts";

export type TelemetryType = "platform" | "function" | "extension";

export interface TelemetryEvent {
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** `platform.start`, `function`, `extension`. */
  readonly type: string;
  readonly record: unknown;
}

export interface Subscription {
  /** The extension's name. */
  readonly name: string;
  readonly api: "telemetry" | "logs";
  readonly types: readonly TelemetryType[];
  readonly destination: Destination;
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Where it listens: the host is always the environment's own. */
export type Destination =
  | {
      readonly protocol: "HTTP";
      readonly port: number;
      readonly path: string;
      readonly method: "POST" | "PUT";
    }
  | { readonly protocol: "TCP"; readonly port: number };

export interface Telemetry {
  /** A subscriber of the init phase gets what happened before it subscribed as well. */
  subscribe(subscription: Subscription): void;
  publish(type: string, record: unknown): void;
  /** The init phase is over: nobody subscribes any more. */
  closeSubscriptions(): void;
  /** Delivers what waits; resolves once it is there, or was tried. */
  flush(): Promise<void>;
  readonly isWanted: boolean;
  close(): void;
}

export interface TelemetryOptions {
  readonly http: HttpClient;
  readonly nowMs: () => number;
  /** In real time. */
  readonly deadlines: Deadlines;
  /** Addresses under which extensions listen, tried in this order. */
  readonly addresses: readonly string[];
}

/** Events kept for subscribers to come. */
const EARLY_EVENTS_MAX = 1_000;
/** Batches that wait for a subscriber that does not take them; older ones are dropped. */
const BATCHES_MAX = 10;
const ATTEMPTS_MAX = 5;
const RETRY_DELAY_MS = 100;
const DELIVERY_TIMEOUT_MS = 2_000;

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const subscribers: Subscriber[] = [];
  let early: TelemetryEvent[] | undefined = [];
  return {
    subscribe(subscription) {
      const at = subscribers.findIndex((each) => each.subscription.name === subscription.name);
      const subscriber = new Subscriber(subscription, options);
      subscribers.splice(at === -1 ? subscribers.length : at, at === -1 ? 0 : 1, subscriber);
      for (const event of early ?? []) {
        subscriber.add(event);
      }
    },
    publish(type, record) {
      if (subscribers.length === 0 && early === undefined) {
        return;
      }
      const event = { time: new Date(options.nowMs()).toISOString(), type, record };
      if (early && early.length < EARLY_EVENTS_MAX) {
        early.push(event);
      }
      for (const subscriber of subscribers) {
        subscriber.add(event);
      }
    },
    closeSubscriptions() {
      early = undefined;
    },
    async flush() {
      await Promise.all(subscribers.map((subscriber) => subscriber.flush()));
    },
    get isWanted() {
      return early !== undefined || subscribers.length > 0;
    },
    close() {
      for (const subscriber of subscribers) {
        subscriber.close();
      }
    },
  };
}

interface Batch {
  /** JSON of each. */
  readonly events: readonly string[];
  readonly bytes: number;
}

class Subscriber {
  readonly subscription: Subscription;
  readonly #options: TelemetryOptions;
  #events: string[] = [];
  #size = 0;
  #deadline: Deadline | undefined;
  readonly #batches: Batch[] = [];
  readonly #tcp: TcpLines | undefined;
  #delivery: Promise<void> | undefined;
  #dropped = { records: 0, bytes: 0 };
  #isClosed = false;

  constructor(subscription: Subscription, options: TelemetryOptions) {
    this.subscription = subscription;
    this.#options = options;
    const { destination } = subscription;
    if (destination.protocol === "TCP") {
      const { addresses, deadlines } = options;
      const timeoutMs = DELIVERY_TIMEOUT_MS;
      this.#tcp = openTcpLines({ port: destination.port, addresses, deadlines, timeoutMs });
    }
  }

  add(event: TelemetryEvent): void {
    const { api, maxItems, maxBytes, timeoutMs, types } = this.subscription;
    const [category] = event.type.split(".");
    const seen = types.some((type) => type === category) ? seenBy(api, event) : undefined;
    if (seen === undefined || this.#isClosed) {
      return;
    }
    const text = JSON.stringify(seen);
    this.#events.push(text);
    this.#size += text.length;
    if (this.#events.length >= maxItems || this.#size >= maxBytes) {
      this.#seal();
    } else {
      this.#deadline ??= this.#options.deadlines.set(timeoutMs, () => this.#seal());
    }
  }

  async flush(): Promise<void> {
    this.#seal();
    await this.#delivery;
  }

  close(): void {
    this.#isClosed = true;
    this.#dropDeadline();
    this.#tcp?.close();
  }

  #dropDeadline(): void {
    if (this.#deadline) {
      this.#options.deadlines.drop(this.#deadline);
      this.#deadline = undefined;
    }
  }

  #seal(): void {
    this.#dropDeadline();
    if (this.#events.length === 0 || this.#isClosed) {
      return;
    }
    this.#batches.push({ events: this.#events, bytes: this.#size });
    this.#events = [];
    this.#size = 0;
    if (this.#batches.length > BATCHES_MAX) {
      this.#drop(this.#batches.shift());
    }
    this.#delivery ??= this.#deliver().finally(() => {
      this.#delivery = undefined;
    });
  }

  #drop(batch: Batch | undefined): void {
    this.#dropped.records += batch?.events.length ?? 0;
    this.#dropped.bytes += batch?.bytes ?? 0;
  }

  async #deliver(): Promise<void> {
    for (let batch = this.#batches[0]; batch && !this.#isClosed; batch = this.#batches[0]) {
      const isTaken = await this.#send(batch.events);
      if (this.#batches[0] === batch) {
        this.#batches.shift();
      }
      if (isTaken) {
        this.#tellDropped();
      } else {
        this.#drop(batch);
      }
    }
  }

  #tellDropped(): void {
    const { records, bytes } = this.#dropped;
    if (records === 0) {
      return;
    }
    this.#dropped = { records: 0, bytes: 0 };
    const reason =
      "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.";
    const record = { droppedRecords: records, droppedBytes: bytes, reason };
    const time = new Date(this.#options.nowMs()).toISOString();
    this.#events.push(JSON.stringify({ time, type: "platform.logsDropped", record }));
    this.#seal();
  }

  async #send(events: readonly string[]): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX && !this.#isClosed; attempt += 1) {
      if (await (this.#tcp?.send(events) ?? this.#post(`[${events.join(",")}]`))) {
        return true;
      }
      await new Promise<void>((resolve) => {
        this.#options.deadlines.set(RETRY_DELAY_MS * 2 ** attempt, resolve);
      });
    }
    return false;
  }

  async #post(body: string): Promise<boolean> {
    const { destination } = this.subscription;
    if (destination.protocol !== "HTTP") {
      return false;
    }
    for (const address of this.#options.addresses) {
      const answer = await this.#options.http.request({
        url: `http://${address}:${destination.port}${destination.path}`,
        method: destination.method,
        headers: { "content-type": "application/json" },
        body,
        timeoutMs: DELIVERY_TIMEOUT_MS,
      });
      if (answer.kind === "response" && answer.status < 300) {
        return true;
      }
    }
    return false;
  }
}

/** Events that only the Telemetry API has. */
const NEWER = /^platform\.(?:init|restore|telemetrySubscription)/;

/** The Logs API tells less. */
function seenBy(api: Subscription["api"], event: TelemetryEvent): TelemetryEvent | undefined {
  const isOlder = event.type === "platform.end" || event.type === "platform.logsSubscription";
  if (api === "telemetry") {
    return isOlder ? undefined : event;
  }
  return NEWER.test(event.type) ? undefined : event;
}
