/** A scheduler whose environments are fakes, for its tests: every step is the test's. */
import { expect } from "vitest";
import { createSimulatedClock, type SimulatedClock } from "../../platform/simulated-clock.ts";
import { createDeadlines } from "../environments/deadlines.ts";
import type {
  FunctionHostLimits,
  FunctionSpec,
  Invocation,
  InvocationResult,
} from "../function-host.ts";
import { specOf } from "../test-host.ts";
import { type EnvironmentEvents, Scheduler } from "./scheduler.ts";
import type { Schedulable } from "./scheduler-group.ts";

/** An environment whose every step the test takes. */
export class FakeEnvironment implements Schedulable {
  readonly spec: FunctionSpec;
  readonly id: number;
  state: "starting" | "idle" | "busy" | "ended" = "starting";
  readonly #events: EnvironmentEvents;
  #finish: ((result: InvocationResult) => void) | undefined;
  requestId = "";

  constructor(id: number, spec: FunctionSpec, events: EnvironmentEvents) {
    this.id = id;
    this.spec = spec;
    this.#events = events;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  started(): void {
    this.state = "idle";
    this.#events.onIdle();
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    expect(this.state).toBe("idle");
    this.state = "busy";
    this.requestId = invocation.requestId;
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  finished(): void {
    this.state = "idle";
    this.#finish?.({ logStream: `${this.id}:${this.spec.revision}` } as InvocationResult);
    this.#events.onIdle();
  }

  end(): void {
    expect(this.state).not.toBe("ended");
    this.state = "ended";
    this.#events.onEnding();
  }

  ended(): void {
    this.#events.onEnded();
  }
}

export interface Stage {
  readonly scheduler: Scheduler;
  readonly environments: FakeEnvironment[];
  readonly clock: SimulatedClock;
  readonly done: string[];
  invoke(name: string, options?: { revision?: string; as?: string }): void;
  inState(state: FakeEnvironment["state"]): FakeEnvironment[];
  settle(): Promise<void>;
}

export function stage(
  limits: Partial<FunctionHostLimits> = {},
  open?: () => Promise<never>,
): Stage {
  const clock = createSimulatedClock();
  const environments: FakeEnvironment[] = [];
  const done: string[] = [];
  const deadlines = createDeadlines(clock);
  const scheduler = new Scheduler({
    clock,
    deadlines,
    realNowMs: () => clock.nowMs(),
    realDeadlines: deadlines,
    limits: {
      processesMax: 4,
      startsMax: 4,
      shortMax: 100,
      sparesMax: 0,
      waitingMax: 100,
      idleTimeoutMs: 60_000,
      ...limits,
    },
    open:
      open ??
      (async (spec, events) => {
        const environment = new FakeEnvironment(environments.length, spec, events);
        environments.push(environment);
        return environment;
      }),
  });
  let invoked = 0;
  return {
    scheduler,
    environments,
    clock,
    done,
    invoke(name, { revision = "1", as } = {}) {
      invoked += 1;
      const requestId = as ?? `${name}${invoked}`;
      const spec = specOf(name, "/code", { revision });
      scheduler.invoke(spec, { requestId, payload: Buffer.alloc(0), invokedArn: spec.arn }).then(
        ({ logStream }) => done.push(`${requestId}@${logStream}`),
        (error: Error) => done.push(`${requestId}!${error.name}`),
      );
    },
    inState: (state) => environments.filter((environment) => environment.state === state),
    settle: () => clock.advance(0),
  };
}
