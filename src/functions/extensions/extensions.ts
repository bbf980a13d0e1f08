/**
 * The extensions of one environment: who has registered, who waits for the next event, and the
 * events they are given.
 *
 * starting -> registered -> waiting <-> busy, and from each of them -> gone. External extensions are
 * programs of their own, internal ones live in the process of the runtime.
 *
 * Invariants: an extension gets an event only in answer to its `next`; one that fails before the
 * environment ends takes the environment with it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import type { Random } from "../../platform/random.ts";
import type { InvokeMessage } from "../bootstraps/frames.ts";
import type { ExtensionFailure } from "../environments/outcome.ts";

export type ExtensionEventType = "INVOKE" | "SHUTDOWN";
export type ShutdownReason = "spindown" | "timeout" | "failure";

/** AWS's limit, internal ones included. */
const EXTENSIONS_MAX = 10;

export interface Extension {
  readonly id: string;
  readonly name: string;
  readonly isExternal: boolean;
  readonly events: readonly ExtensionEventType[];
  state: "registered" | "waiting" | "busy" | "failed" | "gone";
  /** Answers its `next`. */
  give: ((event: ExtensionEvent) => void) | undefined;
  /** Given as soon as it asks. */
  due: ExtensionEvent | undefined;
}

export interface ExtensionEvent {
  readonly id: string;
  readonly body: object;
}

export interface ExtensionsListener {
  /** Every external extension that was started has registered. */
  onRegistered(): void;
  /** One became ready for the next event. */
  onWaiting(): void;
  onFailed(failure: ExtensionFailure): void;
  /** Registered, waits for the first time, or failed: as the platform tells it. */
  onState(extension: Extension, state: string, errorType?: string): void;
}

export type Registration =
  | { readonly extension: Extension }
  | { readonly errorType: string; readonly message: string };

export class Extensions {
  readonly #random: Random;
  readonly #listener: ExtensionsListener;
  readonly #all = new Map<string, Extension>();
  /** External extensions that were started, and have not registered. */
  readonly #expected = new Set<string>();
  #isOpen = true;
  #isShuttingDown = false;

  constructor(random: Random, listener: ExtensionsListener) {
    this.#random = random;
    this.#listener = listener;
  }

  /** The file name of a program that is started. */
  expect(name: string): void {
    this.#expected.add(name);
  }

  get areRegistered(): boolean {
    return this.#expected.size === 0;
  }

  get hasExternal(): boolean {
    return this.#expected.size > 0 || this.#living().some(({ isExternal }) => isExternal);
  }

  get hasInternal(): boolean {
    return this.#living().some(({ isExternal }) => !isExternal);
  }

  get areAny(): boolean {
    return this.#all.size > 0;
  }

  get areWaiting(): boolean {
    return (
      this.#all.size === 0 ||
      this.#living().every(({ state, events }) => state === "waiting" || events.length === 0)
    );
  }

  /** Subscribing and registering are for the init phase alone. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The init phase is over. */
  close(): void {
    this.#isOpen = false;
  }

  register(name: string, events: readonly string[]): Registration {
    const isExternal = this.#expected.has(name);
    const wrong = events.find((event) => event !== "INVOKE" && event !== "SHUTDOWN");
    if (wrong !== undefined) {
      return { errorType: "Extension.InvalidEventType", message: `${wrong}: invalid event type` };
    }
    if (!this.#isOpen) {
      return {
        errorType: "Extension.RegistrationClosed",
        message: "Extension registration closed",
      };
    }
    if (!isExternal && events.includes("SHUTDOWN")) {
      const message = "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension";
      return { errorType: "Extension.InvalidEventType", message };
    }
    if (this.#all.size >= EXTENSIONS_MAX) {
      const message = `Extension limit (${EXTENSIONS_MAX}) reached`;
      return { errorType: "Extension.TooManyExtensions", message };
    }
    if (this.#living().some((extension) => extension.name === name)) {
      return { errorType: "Extension.AlreadyRegistered", message: "Extension already registered" };
    }
    const extension: Extension = {
      id: this.#random.uuid(),
      name,
      isExternal,
      events: events as readonly ExtensionEventType[],
      state: "registered",
      give: undefined,
      due: undefined,
    };
    this.#all.set(extension.id, extension);
    this.#expected.delete(name);
    this.#listener.onState(extension, "Registered");
    if (isExternal && this.#expected.size === 0) {
      this.#listener.onRegistered();
    }
    return { extension };
  }

  find(id: string): Extension | undefined {
    return this.#all.get(id);
  }

  /** It asks for the next event; `false` when it must not. */
  next(extension: Extension, give: (event: ExtensionEvent) => void): boolean {
    if (extension.state === "failed" || extension.state === "gone") {
      return false;
    }
    if (extension.due) {
      const { due } = extension;
      extension.due = undefined;
      give(due);
      return true;
    }
    const isFirst = extension.state === "registered";
    extension.state = "waiting";
    extension.give = give;
    if (isFirst) {
      this.#listener.onState(extension, "Ready");
    }
    this.#listener.onWaiting();
    return true;
  }

  /** The connection of its `next` has gone: it will ask again, or has ended. */
  lostNext(extension: Extension, give: (event: ExtensionEvent) => void): void {
    if (extension.give === give) {
      extension.give = undefined;
    }
  }

  failed(extension: Extension, kind: "InitError" | "ExitError", errorType: string): void {
    extension.state = "failed";
    extension.give = undefined;
    this.#listener.onState(extension, kind, errorType);
    if (!this.#isShuttingDown) {
      const message = `${extension.name}: ${errorType}`;
      this.#listener.onFailed({ errorType: `Extension.${kind}`, message });
    }
  }

  /** The program of an external extension has ended. */
  exited(name: string, text: string): void {
    this.#expected.delete(name);
    const extension = this.#living().find((each) => each.isExternal && each.name === name);
    const hasFailed = [...this.#all.values()].some(
      (each) => each.name === name && each.state === "failed",
    );
    if (extension) {
      extension.state = "gone";
      extension.give = undefined;
    }
    if (!this.#isShuttingDown && !hasFailed) {
      this.#listener.onFailed({ errorType: "Extension.Crash", message: `${name}: ${text}` });
    }
  }

  invoke(message: InvokeMessage, deadlineMs: number): void {
    const { requestId, invokedArn, trace } = message;
    for (const extension of this.#living()) {
      if (extension.events.includes("INVOKE")) {
        this.#send(extension, {
          eventType: "INVOKE",
          deadlineMs,
          requestId,
          invokedFunctionArn: invokedArn,
          tracing: { type: "X-Amzn-Trace-Id", value: trace ?? "" },
        });
      }
    }
  }

  /** From now on no end of an extension is a failure. */
  beginShutdown(): void {
    this.#isShuttingDown = true;
    this.#isOpen = false;
  }

  shutdown(shutdownReason: ShutdownReason, deadlineMs: number): void {
    for (const extension of this.#living()) {
      if (extension.events.includes("SHUTDOWN")) {
        this.#send(extension, { eventType: "SHUTDOWN", shutdownReason, deadlineMs });
      }
    }
  }

  /** Whether it wants to be told before it is ended. */
  wantsShutdown(name: string): boolean {
    return this.#living().some(
      (each) => each.isExternal && each.name === name && each.events.includes("SHUTDOWN"),
    );
  }

  #send(extension: Extension, body: object): void {
    const event = { id: this.#random.uuid(), body };
    const { give } = extension;
    extension.state = "busy";
    extension.give = undefined;
    if (give) {
      give(event);
    } else {
      extension.due = event;
    }
  }

  #living(): readonly Extension[] {
    return [...this.#all.values()].filter(({ state }) => state !== "failed" && state !== "gone");
  }
}
