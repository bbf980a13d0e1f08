import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const EXPRESS = { type: "EXPRESS" } as const;
const one = (state: object) => ({ StartAt: "S", States: { S: { End: true, ...state } } });

describe("synchronous Express executions", () => {
  test("answer with the output, and are kept nowhere", async () => {
    const { machine, states, refused, clock } = await open();
    const stateMachineArn = await machine("m", one({ Type: "Wait", Seconds: 2 }), EXPRESS);
    const pending = states("StartSyncExecution", { stateMachineArn, name: "e", input: '{"a":1}' });
    await fixture.settle();
    await clock.advance(2_000);
    const answer = await pending;
    expect(answer).toMatchObject({
      status: "SUCCEEDED",
      name: "e",
      input: '{"a":1}',
      output: '{"a":1}',
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 2_000 },
    });
    expect(answer.executionArn).toMatch(
      /^arn:aws:states:us-east-1:000000000000:express:m:e:[0-9a-f-]{36}$/,
    );
    expect((await refused("ListExecutions", { stateMachineArn })).code).toBe(
      "StateMachineTypeNotSupported",
    );
  });

  test("call functions, retry and fail", async () => {
    const { machine, states, fn, clock, settle } = await open();
    let calls = 0;
    const Resource = await fn("flaky", () => {
      calls += 1;
      throw new Error("no");
    });
    const Retry = [{ ErrorEquals: ["Error"], IntervalSeconds: 1, MaxAttempts: 1 }];
    const stateMachineArn = await machine("m", one({ Type: "Task", Resource, Retry }), EXPRESS);
    const pending = states("StartSyncExecution", { stateMachineArn });
    await settle();
    await clock.advance(1_000);
    expect(await pending).toMatchObject({ status: "FAILED", error: "Error" });
    expect(calls).toBe(2);
  });

  test("end after five minutes at the latest", async () => {
    const { machine, states, clock, settle } = await open();
    const stateMachineArn = await machine("m", one({ Type: "Wait", Seconds: 3_600 }), EXPRESS);
    const pending = states("StartSyncExecution", { stateMachineArn });
    await settle();
    await clock.advance(300_000);
    expect((await pending).status).toBe("TIMED_OUT");
  });

  test("are not for Standard machines, nor are some resources for Express ones", async () => {
    const { machine, refused } = await open();
    const stateMachineArn = await machine("m", one({ Type: "Pass" }));
    expect(await refused("StartSyncExecution", { stateMachineArn })).toEqual({
      code: "StateMachineTypeNotSupported",
      message: "This operation is not supported by this type of state machine",
    });
    const Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
    const definition = JSON.stringify(one({ Type: "Task", Resource }));
    const roleArn = "arn:aws:iam::000000000000:role/r";
    const input = { name: "x", definition, roleArn, type: "EXPRESS" };
    expect((await refused("CreateStateMachine", input)).code).toBe("InvalidDefinition");
  });
});

describe("asynchronous Express executions", () => {
  test("run again after a crash, until they are over once", async () => {
    const { machine, start, fn, settle, restart, clock } = await open();
    let calls = 0;
    const Resource = await fn("count", () => {
      calls += 1;
      return calls;
    });
    const definition = {
      StartAt: "T",
      States: {
        T: { Type: "Task", Resource, Next: "W" },
        W: { Type: "Wait", Seconds: 5, End: true },
      },
    };
    const arn = await machine("m", definition, EXPRESS);
    expect(await start(arn, {}, "e")).toContain(":express:m:e:");
    await settle();
    expect(calls).toBe(1);
    await restart();
    await settle();
    expect(calls).toBe(2);
    await clock.advance(5_000);
    await settle();
    await restart();
    await settle();
    expect(calls).toBe(2);
  });
});

describe("logs", () => {
  const logged = async (level: string, includeExecutionData: boolean, input: object = { a: 1 }) => {
    const { machine, start, call, settle } = await open();
    await call("logs", "CreateLogGroup", { logGroupName: "/states/m" });
    const logGroupArn = "arn:aws:logs:us-east-1:000000000000:log-group:/states/m:*";
    const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
    const loggingConfiguration = { level, includeExecutionData, destinations };
    const definition = {
      StartAt: "A",
      States: { A: { Type: "Pass", Next: "F" }, F: { Type: "Fail", Error: "E" } },
    };
    for (const type of ["STANDARD", "EXPRESS"]) {
      await start(await machine(type, definition, { type, loggingConfiguration }), input);
    }
    await settle();
    const { events = [] } = await call("logs", "FilterLogEvents", { logGroupName: "/states/m" });
    return events.map(({ message }) => JSON.parse(message ?? ""));
  };

  test("at the level ALL, with data: every event, with its execution", async () => {
    const events = await logged("ALL", true);
    expect(events).toHaveLength(10);
    const entered = events.filter(({ type }) => type === "PassStateEntered");
    expect(entered.map(({ details }) => details)).toEqual([
      { name: "A", input: '{"a":1}', inputDetails: { truncated: false } },
      { name: "A", input: '{"a":1}', inputDetails: { truncated: false } },
    ]);
    expect(entered[0]).toMatchObject({ id: "2", previous_event_id: "0", redrive_count: "0" });
    expect(entered.map((event) => event.execution_arn.split(":")[5]).sort()).toEqual([
      "execution",
      "express",
    ]);
  });

  test("at the level ERROR: what fails, on its way and in the end; long data are cut", async () => {
    const events = await logged("ERROR", true, { a: '"'.repeat(100_000) });
    expect(events.map(({ type }) => type).sort()).toEqual([
      "ExecutionFailed",
      "ExecutionFailed",
      "FailStateEntered",
      "FailStateEntered",
    ]);
    const { details } = events.find(({ type }) => type === "FailStateEntered");
    expect(details.inputDetails).toEqual({ truncated: true });
    expect(JSON.stringify(details.input).length).toBeGreaterThan(247 * 1024);
    expect(JSON.stringify(details.input).length).toBeLessThanOrEqual(248 * 1024);
  });

  test("at the level FATAL, without data: how it ended", async () => {
    const events = await logged("FATAL", false);
    expect(events.map(({ type, details }) => [type, details])).toEqual([
      ["ExecutionFailed", { error: "E" }],
      ["ExecutionFailed", { error: "E" }],
    ]);
  });

  test("a level needs a destination", async () => {
    const { refused } = await open();
    const input = {
      name: "m",
      definition: JSON.stringify(one({ Type: "Pass" })),
      roleArn: "arn:aws:iam::000000000000:role/r",
      loggingConfiguration: { level: "ALL" },
    };
    expect((await refused("CreateStateMachine", input)).code).toBe("InvalidLoggingConfiguration");
  });
});

describe("state machines as targets", () => {
  test.each(["STANDARD", "EXPRESS"])("a rule starts %s executions", async (type) => {
    const { machine, call, settle, fn } = await open();
    const got: unknown[] = [];
    const Resource = await fn("note", (event) => void got.push(event));
    const Arn = await machine("m", one({ Type: "Task", Resource }), { type });
    await call("events", "PutRule", { Name: "r", EventPattern: '{"source":["shop"]}' });
    await call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "1", Arn }] });
    const entry = { Source: "shop", DetailType: "Sold", Detail: '{"id":7}' };
    await call("events", "PutEvents", { Entries: [entry] });
    await settle();
    expect(got).toMatchObject([{ source: "shop", detail: { id: 7 } }]);
  });
});
