import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const F = "arn:aws:lambda:us-east-1:000000000000:function:double";

function tried(state: object, more: object = {}) {
  return fixture.states("TestState", { definition: JSON.stringify(state), ...more });
}

describe("TestState", () => {
  test("the output, and where it leads", async () => {
    await open();
    const pass = { Type: "Pass", Parameters: { "b.$": "$.a" }, Next: "Other" };
    expect(await tried(pass, { input: '{"a":1}' })).toEqual({
      status: "SUCCEEDED",
      output: '{"b":1}',
      nextState: "Other",
    });
    const choice = {
      Type: "Choice",
      Choices: [{ Variable: "$.a", IsPresent: true, Next: "X" }],
      Default: "Y",
    };
    expect((await tried(choice, { input: '{"a":1}' })).nextState).toBe("X");
    expect((await tried(choice)).nextState).toBe("Y");
    expect(await tried({ Type: "Wait", Seconds: 3_600, End: true })).toEqual({
      status: "SUCCEEDED",
      output: "{}",
    });
    expect(await tried({ Type: "Fail", Error: "E", Cause: "c" })).toEqual({
      status: "FAILED",
      error: "E",
      cause: "c",
    });
  });

  test("a task is done, and its data can be followed", async () => {
    const { fn } = await open();
    await fn("double", (event) => ({ n: (event as { n: number }).n * 2 }));
    const task = {
      Type: "Task",
      Resource: F,
      InputPath: "$.in",
      Parameters: { "n.$": "$.n" },
      ResultSelector: { "m.$": "$.n" },
      ResultPath: "$.out",
      End: true,
    };
    const input = '{"in":{"n":2}}';
    expect(await tried(task, { input, inspectionLevel: "DEBUG" })).toEqual({
      status: "SUCCEEDED",
      output: '{"in":{"n":2},"out":{"m":4}}',
      inspectionData: {
        input,
        afterInputPath: '{"n":2}',
        afterParameters: '{"n":2}',
        result: '{"n":4}',
        afterResultSelector: '{"m":4}',
        afterResultPath: '{"in":{"n":2},"out":{"m":4}}',
        variables: "{}",
      },
    });
  });

  test("mocks: a result, an error that is retried, and then caught", async () => {
    const { host } = await open();
    const task = {
      Type: "Task",
      QueryLanguage: "JSONata",
      Resource: F,
      Output: "{% $states.result.n + $x %}",
      Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Saved" }],
      Next: "Next",
    };
    expect(await tried(task, { mock: { result: '{"n":1}' }, variables: '{"x":2}' })).toMatchObject({
      status: "SUCCEEDED",
      output: "3",
      nextState: "Next",
    });
    const mock = { errorOutput: { error: "E", cause: "c" } };
    expect(
      await tried(task, {
        mock,
        inspectionLevel: "DEBUG",
        stateConfiguration: { retrierRetryCount: 1 },
      }),
    ).toMatchObject({
      status: "RETRIABLE",
      error: "E",
      cause: "c",
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
    expect(await tried(task, { mock, stateConfiguration: { retrierRetryCount: 2 } })).toEqual({
      status: "CAUGHT_ERROR",
      error: "E",
      cause: "c",
      output: '{"Error":"E","Cause":"c"}',
      nextState: "Saved",
    });
    expect(host.calls).toEqual([]);
  });

  test("a state of a whole machine, and what cannot be tested", async () => {
    const { refused } = await open();
    const inner = { StartAt: "B", States: { B: { Type: "Pass", Result: 7, End: true } } };
    const machine = {
      StartAt: "P",
      States: { P: { Type: "Parallel", Branches: [inner], End: true } },
    };
    expect((await tried(machine, { stateName: "B" })).output).toBe("7");
    const definition = JSON.stringify(machine);
    expect(await refused("TestState", { definition, stateName: "P" })).toEqual({
      code: "NotImplemented",
      message: "Millrace does not support states of the type Parallel of TestState.",
    });
    expect((await refused("TestState", { definition })).code).toBe("ValidationException");
    expect((await refused("TestState", { definition: '{"Type":"Pass"}' })).code).toBe(
      "InvalidDefinition",
    );
    expect((await refused("TestState", { definition: "{" })).code).toBe("InvalidDefinition");
  });
});
