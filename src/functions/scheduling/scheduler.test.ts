import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FunctionHostBusy, FunctionHostClosed } from "../function-host.ts";
import { specOf } from "../test-host.ts";
import { type FakeEnvironment, type Stage, stage } from "./scheduler-stage.ts";

describe("scheduler", () => {
  test("invoke: an environment that starts serves whoever waits longest", async () => {
    const s = stage();
    s.invoke("a", { as: "first" });
    s.invoke("a", { as: "second" });
    await s.settle();
    expect(s.environments).toHaveLength(2);
    s.environments[1]?.started();
    expect(s.environments[1]?.requestId).toBe("first");
    s.environments[1]?.finished();
    expect(s.environments[1]?.requestId).toBe("second");
    s.environments[0]?.started();
    expect(s.inState("idle")).toEqual([s.environments[0]]);
  });

  test("invoke: the environment used last is used next", async () => {
    const s = stage();
    s.invoke("a");
    s.invoke("a");
    await s.settle();
    const [one, two] = s.environments;
    one?.started();
    two?.started();
    two?.finished();
    one?.finished();
    s.invoke("a");
    expect([one?.state, two?.state]).toEqual(["busy", "idle"]);
  });

  test("burst: short invocations wait for a busy environment, as long as their patience lasts", async () => {
    const s = stage();
    const [invoke, count] = [() => s.invoke("a"), () => s.environments.length];
    invoke();
    await s.settle();
    s.environments[0]?.started();
    await s.clock.advance(2);
    s.environments[0]?.finished();
    for (let index = 0; index < 6; index += 1) {
      invoke();
    }
    await s.settle();
    expect(count()).toBe(1);
    // One runs and five are served within ten milliseconds of two each: the next one is not.
    invoke();
    await s.settle();
    expect(count()).toBe(2);
    await s.clock.advance(20);
    expect(count()).toBe(4);
  });

  test("crowd: few short invocations run at once, though more environments are idle", async () => {
    const s = stage({ shortMax: 1 });
    s.invoke("a");
    s.invoke("a");
    await s.settle();
    // How long it takes is not known yet: the second waits a little for the first to tell.
    expect(s.environments).toHaveLength(1);
    await s.clock.advance(110);
    for (const environment of s.environments) {
      environment.started();
    }
    for (const environment of s.environments) {
      environment.finished();
    }
    s.invoke("a", { as: "first" });
    s.invoke("a", { as: "second" });
    s.invoke("a", { as: "third" });
    expect(s.inState("busy").map(({ requestId }) => requestId)).toEqual(["first"]);
    await s.clock.advance(5);
    s.inState("busy")[0]?.finished();
    expect(s.inState("busy").map(({ requestId }) => requestId)).toEqual(["second"]);
    // It takes long this time: it waits for something, and keeps no other from running.
    await s.clock.advance(11);
    s.invoke("a", { as: "fourth" });
    expect(s.inState("busy").map(({ requestId }) => requestId)).not.toContain("fourth");
    await s.clock.advance(10);
    expect(s.inState("busy").map(({ requestId }) => requestId)).toContain("third");
    expect(s.environments).toHaveLength(2);
  });

  /** A function that took `ms`, in one environment that is idle. */
  async function knownToTake(ms: number, limits: Parameters<typeof stage>[0]): Promise<Stage> {
    const s = stage({ waitingMax: 1_000, processesMax: 200, startsMax: 200, ...limits });
    s.invoke("a");
    await s.settle();
    s.environments[0]?.started();
    await s.clock.advance(ms);
    s.environments[0]?.finished();
    return s;
  }

  /** Every `ms` milliseconds what runs is finished, and what starts has started. */
  async function move(s: Stage, ms: number, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      await s.clock.advance(ms);
      for (const environment of s.inState("starting")) {
        environment.started();
      }
      for (const environment of s.inState("busy")) {
        environment.finished();
      }
    }
  }

  test("crowd: while it moves it has what it has, however many wait; when it stops, more", async () => {
    const s = await knownToTake(1, { shortMax: 2 });
    for (let index = 0; index < 512; index += 1) {
      s.invoke("a");
    }
    await move(s, 1, 200);
    expect([s.environments.length, s.done.length]).toEqual([2, expect.any(Number)]);
    expect(s.done.length).toBeGreaterThan(390);
    await s.clock.advance(30);
    expect(s.environments.length).toBeGreaterThan(2);
  });

  test("crowd: who has waited for a second has an environment of its own", async () => {
    const s = await knownToTake(1, { shortMax: 2 });
    for (let index = 0; index < 512; index += 1) {
      s.invoke("a");
    }
    await move(s, 5, 190);
    expect(s.environments).toHaveLength(2);
    await move(s, 5, 20);
    expect(s.environments.length).toBeGreaterThan(2);
  });

  test("crowd: long invocations are none: each has its environment at once", async () => {
    const s = await knownToTake(1_000, { shortMax: 2 });
    for (let index = 0; index < 128; index += 1) {
      s.invoke("a");
    }
    await s.settle();
    expect(s.environments).toHaveLength(128);
  });

  test("bound: starts are limited, and room is made by ending the longest idle", async () => {
    const s = stage({ processesMax: 2, startsMax: 1 });
    s.invoke("a");
    s.invoke("b");
    await s.settle();
    expect(s.environments).toHaveLength(1);
    s.environments[0]?.started();
    await s.settle();
    expect(s.environments).toHaveLength(2);
    s.environments[1]?.started();
    s.environments[1]?.finished();
    s.invoke("c");
    await s.settle();
    expect(s.environments[1]?.state).toBe("ended");
    expect(s.environments).toHaveLength(2);
    s.environments[1]?.ended();
    await s.settle();
    expect(s.environments[2]?.spec.name).toBe("c");
  });

  test("patience: a busy function makes room for another that has waited long", async () => {
    const s = stage({ processesMax: 1 });
    s.invoke("a");
    await s.settle();
    const [a] = s.environments;
    a?.started();
    s.invoke("b");
    s.invoke("a", { as: "a-later" });
    a?.finished();
    expect(a?.requestId).toBe("a-later");
    s.invoke("a", { as: "a-latest" });
    await s.clock.advance(1000);
    a?.finished();
    expect(a?.state).toBe("ended");
    a?.ended();
    await s.settle();
    s.environments[1]?.started();
    expect(s.environments[1]?.spec.name).toBe("b");
    s.environments[1]?.finished();
    s.environments[1]?.ended();
    await s.settle();
    expect(s.environments[2]?.spec.name).toBe("a");
  });

  test("revision: what waits runs in the new code; old environments end when idle", async () => {
    const s = stage();
    s.invoke("a");
    await s.settle();
    s.environments[0]?.started();
    s.invoke("a", { revision: "2" });
    await s.settle();
    s.environments[0]?.finished();
    expect(s.environments[0]?.state).toBe("ended");
    s.environments[1]?.started();
    s.environments[1]?.finished();
    await s.settle();
    expect(s.done).toEqual(["a1@0:1", "a2@1:2"]);
  });

  test("sweep: idle environments end after their time, each in its own", async () => {
    const s = stage();
    s.invoke("a");
    s.invoke("b");
    await s.settle();
    s.environments[0]?.started();
    s.environments[0]?.finished();
    await s.clock.advance(30_000);
    s.environments[1]?.started();
    s.environments[1]?.finished();
    await s.clock.advance(30_000);
    expect(s.environments.map(({ state }) => state)).toEqual(["ended", "idle"]);
    await s.clock.advance(30_000);
    expect(s.inState("ended")).toHaveLength(2);
  });

  test("failures: a function that cannot run rejects who waits; too many are turned away", async () => {
    const none = stage({}, () => Promise.reject(new TypeError("no interpreter")));
    none.invoke("a");
    none.invoke("a");
    await none.settle();
    expect(none.done).toEqual(["a1!TypeError", "a2!TypeError"]);
    const full = stage({ processesMax: 1, waitingMax: 1 });
    full.invoke("a");
    full.invoke("a");
    await full.settle();
    expect(full.done).toEqual([`a2!${new FunctionHostBusy(1).name}`]);
  });

  test("close: rejects what waits, ends the rest, and resolves when all have ended", async () => {
    const s = stage({ processesMax: 1 });
    s.invoke("a");
    s.invoke("b");
    await s.settle();
    s.environments[0]?.started();
    let closed = false;
    const closing = s.scheduler.close().then(() => {
      closed = true;
    });
    await s.settle();
    expect([s.environments[0]?.state, closed]).toEqual(["ended", false]);
    s.environments[0]?.ended();
    await closing;
    s.invoke("c");
    await s.settle();
    expect(s.done).toEqual([`b2!${FunctionHostClosed.name}`, `c3!${FunctionHostClosed.name}`]);
  });

  test("property: whatever happens, bounds hold and every invocation is answered", async () => {
    const step = fc.record({
      kind: fc.constantFrom(
        "invoke",
        "start",
        "finish",
        "end",
        "crash",
        "advance",
        "retire",
        "change",
      ),
      pick: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const s = stage({ processesMax: 3, startsMax: 2, idleTimeoutMs: 5000 });
        const gone = new Set<FakeEnvironment>();
        let revision = 1;
        let invoked = 0;
        const leave = (environment: FakeEnvironment | undefined): void => {
          if (environment && !gone.has(environment)) {
            gone.add(environment);
            environment.ended();
          }
        };
        const act = async (kind: string, pick: number): Promise<void> => {
          const of = (state: FakeEnvironment["state"]): FakeEnvironment | undefined => {
            const all = s.inState(state).filter((environment) => !gone.has(environment));
            return all[pick % Math.max(1, all.length)];
          };
          const name = ["a", "b", "c"][pick % 3] ?? "a";
          if (kind === "invoke") {
            invoked += 1;
            s.invoke(name, { revision: String(revision), as: String(invoked) });
          } else if (kind === "start") {
            of("starting")?.started();
          } else if (kind === "finish") {
            of("busy")?.finished();
          } else if (kind === "end") {
            leave(of("ended"));
          } else if (kind === "crash") {
            of("idle")?.end();
          } else if (kind === "advance") {
            await s.clock.advance(pick * 500);
          } else if (kind === "retire") {
            s.scheduler.retire(specOf(name, "/code").arn);
          } else {
            revision += 1;
          }
          await s.settle();
          expect(s.environments.length - gone.size).toBeLessThanOrEqual(3);
          expect(s.inState("starting").length).toBeLessThanOrEqual(2);
        };
        for (const { kind, pick } of steps) {
          await act(kind, pick);
        }
        for (let round = 0; s.done.length < invoked; round += 1) {
          expect(round).toBeLessThan(500);
          for (const kind of ["start", "finish", "end"]) {
            await act(kind, round);
          }
        }
        expect(new Set(s.done.map((line) => line.split("@")[0])).size).toBe(invoked);
      }),
      { numRuns: 60 },
    );
  });
});

describe("kept environments", () => {
  const spec = specOf("a", "/code", { revision: "1" });
  const keep = (s: Stage, count: number): Promise<void> =>
    s.scheduler.keep(spec, count).then(
      ({ readyCount, failure }) => void s.done.push(`ready ${readyCount} ${failure ?? ""}`),
      (error: Error) => void s.done.push(`!${error.name}`),
    );
  const startAll = async (s: Stage): Promise<void> => {
    await s.settle();
    for (const environment of s.inState("starting")) {
      environment.started();
    }
    await s.settle();
  };

  test("keep: starts that many ahead, and says so once all have", async () => {
    const s = stage();
    void keep(s, 2);
    await s.settle();
    expect(s.inState("starting")).toHaveLength(2);
    s.environments[0]?.started();
    await s.settle();
    expect(s.done).toEqual([]);
    s.environments[1]?.started();
    await s.settle();
    expect(s.done).toEqual(["ready 2 "]);
    s.invoke("a");
    expect(s.environments).toHaveLength(2);
  });

  test("keep: they outlive the idle time and make no room, one that fails is replaced", async () => {
    const s = stage({ processesMax: 2 });
    void keep(s, 1);
    await startAll(s);
    s.invoke("a", { as: "one" });
    s.invoke("b", { as: "two" });
    await startAll(s);
    s.environments[0]?.finished();
    await s.clock.advance(3_600_000);
    expect(s.environments[0]?.state).toBe("idle");
    s.environments[0]?.end();
    s.environments[0]?.ended();
    await startAll(s);
    expect(s.environments[2]).toMatchObject({ state: "idle", spec: { name: "a" } });
  });

  test("keep: fewer are let go, none is forgotten after retire", async () => {
    const s = stage();
    void keep(s, 3);
    await startAll(s);
    void keep(s, 1);
    expect(s.inState("ended")).toHaveLength(2);
    s.scheduler.retire(spec.arn);
    for (const environment of s.inState("ended")) {
      environment.ended();
    }
    await s.settle();
    expect(s.inState("ended")).toHaveLength(3);
    expect(s.environments).toHaveLength(3);
  });

  test("keep: more than the host has room for is told, what cannot run at all rejects", async () => {
    const s = stage({ processesMax: 1 });
    void keep(s, 2);
    await startAll(s);
    expect(s.done).toEqual(["ready 1 Runtime.NoRoom: this host runs no more environments"]);
    const never = stage({}, () => Promise.reject(new FunctionHostBusy(0)));
    void keep(never, 1);
    await never.settle();
    expect(never.done).toEqual(["!FunctionHostBusy"]);
  });
});
