import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const task = (Resource: string, more: object = {}) => ({
  StartAt: "T",
  States: { T: { Type: "Task", Resource, End: true, ...more } },
});
const INTEGRATION = "arn:aws:states:::";

describe("functions", () => {
  test("by their ARN: input in, answer out", async () => {
    const { machine, fn, start, ended, types } = await open();
    const arn = await fn("double", (event) => ({ n: (event as { n: number }).n * 2 }));
    const executionArn = await start(await machine("m", task(arn)), { n: 4 });
    expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{"n":8}' });
    expect(await types(executionArn)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("what a function throws: its type is the error, all it said the cause", async () => {
    const { machine, fn, start, ended } = await open();
    const arn = await fn("bad", () => {
      throw new TypeError("no");
    });
    const ending = await ended(await start(await machine("m", task(arn))));
    expect(ending).toMatchObject({ status: "FAILED", error: "TypeError" });
    expect(JSON.parse(ending.cause ?? "")).toMatchObject({ errorMessage: "no" });
  });

  test("lambda:invoke, and a function that is not there", async () => {
    const { machine, fn, start, ended, states } = await open();
    await fn("echo", (event) => event);
    const invoke = task(`${INTEGRATION}lambda:invoke`, {
      Parameters: { FunctionName: "echo", "Payload.$": "$" },
    });
    const executionArn = await start(await machine("m", invoke), { n: 1 });
    const output = JSON.parse((await ended(executionArn)).output ?? "");
    expect(output).toMatchObject({
      Payload: { n: 1 },
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
    });
    const { events } = await states("GetExecutionHistory", { executionArn });
    expect(events[2]).toMatchObject({
      type: "TaskScheduled",
      taskScheduledEventDetails: {
        resourceType: "lambda",
        resource: "invoke",
        region: "us-east-1",
        parameters: '{"FunctionName":"echo","Payload":{"n":1}}',
      },
    });
    const missing = task(`${INTEGRATION}lambda:invoke`, { Parameters: { FunctionName: "nope" } });
    expect(await ended(await start(await machine("n", missing)))).toMatchObject({
      error: "Lambda.ResourceNotFoundException",
    });
  });

  test("a crash while a function runs: the task is done again", async () => {
    const { machine, fn, start, ended, restart, settle, host } = await open();
    let hang = true;
    const arn = await fn("slow", () => (hang ? new Promise(() => {}) : { ok: true }));
    const executionArn = await start(await machine("m", task(arn)));
    await settle();
    expect(host.calls).toHaveLength(1);
    hang = false;
    await restart();
    expect(await ended(executionArn)).toMatchObject({ output: '{"ok":true}' });
    expect(host.calls).toHaveLength(2);
  });
});

describe("other services", () => {
  test("sqs:sendMessage: a body that is JSON becomes text", async () => {
    const { machine, start, ended, call } = await open();
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "q" });
    const send = task(`${INTEGRATION}sqs:sendMessage`, {
      Parameters: { QueueUrl, MessageBody: { "id.$": "$.id" } },
      ResultSelector: { "id.$": "$.MessageId" },
    });
    const ending = await ended(await start(await machine("m", send), { id: 7 }));
    expect(ending.status).toBe("SUCCEEDED");
    const { Messages: [message] = [] } = await call("sqs", "ReceiveMessage", { QueueUrl });
    expect(message?.Body).toBe('{"id":7}');
    expect(JSON.parse(ending.output ?? "")).toEqual({ id: message?.MessageId });
  });

  test("dynamodb, optimized: bare texts are strings, texts of truth values are truth values", async () => {
    const { machine, start, ended, call } = await open();
    await call("dynamodb", "CreateTable", {
      TableName: "items",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    const Item = {
      id: "a",
      late: { BOOL: "false" },
      done: { L: ["x", { M: { deep: "y" } }] },
      count: { N: "1" },
    };
    const Parameters = { TableName: "items", Item };
    const put = await machine("m", task(`${INTEGRATION}dynamodb:putItem`, { Parameters }));
    expect((await ended(await start(put))).status).toBe("SUCCEEDED");
    const { Item: kept } = await call("dynamodb", "GetItem", {
      TableName: "items",
      Key: { id: { S: "a" } },
    });
    expect(kept).toEqual({
      id: { S: "a" },
      late: { BOOL: false },
      done: { L: [{ S: "x" }, { M: { deep: { S: "y" } } }] },
      count: { N: "1" },
    });
    const sdk = await machine("n", task(`${INTEGRATION}aws-sdk:dynamodb:putItem`, { Parameters }));
    expect((await ended(await start(sdk))).status).toBe("FAILED");
  });

  test("dynamodb, optimized and by the SDK: each has its names of errors", async () => {
    const { machine, start, ended, call } = await open();
    await call("dynamodb", "CreateTable", {
      TableName: "items",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
    const Parameters = {
      TableName: "items",
      Item: { id: { "S.$": "$.id" } },
      ConditionExpression: "attribute_not_exists(id)",
    };
    const put = await machine("m", task(`${INTEGRATION}dynamodb:putItem`, { Parameters }));
    expect((await ended(await start(put, { id: "1" }))).status).toBe("SUCCEEDED");
    expect((await ended(await start(put, { id: "1" }))).error).toBe(
      "DynamoDB.ConditionalCheckFailedException",
    );
    const sdk = await machine("n", task(`${INTEGRATION}aws-sdk:dynamodb:putItem`, { Parameters }));
    expect(await ended(await start(sdk, { id: "1" }))).toMatchObject({
      error: "DynamoDb.ConditionalCheckFailedException",
      cause: expect.stringMatching(
        /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: /,
      ),
    });
  });

  test("aws-sdk: members of answers begin with a capital; a missing queue", async () => {
    const { machine, start, ended, states } = await open();
    const list = await machine(
      "m",
      task(`${INTEGRATION}aws-sdk:sfn:listStateMachines`, { Parameters: {} }),
    );
    const output = JSON.parse((await ended(await start(list))).output ?? "");
    expect(output.StateMachines).toEqual([
      { Name: "m", StateMachineArn: list, Type: "STANDARD", CreationDate: expect.any(String) },
    ]);
    const url = task(`${INTEGRATION}aws-sdk:sqs:getQueueUrl`, {
      Parameters: { QueueName: "nope" },
    });
    expect((await ended(await start(await machine("n", url)))).error).toBe(
      "Sqs.QueueDoesNotExistException",
    );
    expect(await states("ListStateMachines", {})).toMatchObject({ stateMachines: [{}, {}] });
  });

  test("events:putEvents: the event names the execution", async () => {
    const { machine, start, ended, call } = await open();
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "q" });
    await call("events", "PutRule", { Name: "r", EventPattern: '{"source":["shop"]}' });
    const Arn = "arn:aws:sqs:us-east-1:000000000000:q";
    await call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "1", Arn }] });
    const Entries = [{ Source: "shop", DetailType: "Sold", Detail: { "id.$": "$.id" } }];
    const put = task(`${INTEGRATION}events:putEvents`, { Parameters: { Entries } });
    const executionArn = await start(await machine("m", put), { id: 7 });
    expect((await ended(executionArn)).status).toBe("SUCCEEDED");
    const { Messages: [message] = [] } = await call("sqs", "ReceiveMessage", { QueueUrl });
    const event = JSON.parse(message?.Body ?? "");
    expect(event).toMatchObject({ "detail-type": "Sold", detail: { id: 7 } });
    expect(event.resources).toContain(executionArn);
  });
});

describe("callbacks", () => {
  const approval =
    (more: object = {}) =>
    (QueueUrl: string) =>
      task(`${INTEGRATION}sqs:sendMessage.waitForTaskToken`, {
        Parameters: { QueueUrl, MessageBody: { "token.$": "$$.Task.Token" } },
        ...more,
      });

  async function asked(definition: (queueUrl: string) => object) {
    const opened = await open();
    const { call, machine, start, settle } = opened;
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "q" });
    const executionArn = await start(await machine("m", definition(QueueUrl)));
    await settle();
    const { Messages: [message] = [] } = await call("sqs", "ReceiveMessage", { QueueUrl });
    const taskToken = JSON.parse(message?.Body ?? "").token as string;
    return { ...opened, executionArn, taskToken };
  }

  test("a token is answered days later, and after a crash", async () => {
    const { clock, restart, states, ended, executionArn, taskToken, types, refused } = await asked(
      approval(),
    );
    await clock.advance(3 * 86_400_000);
    await restart();
    expect((await states("DescribeExecution", { executionArn })).status).toBe("RUNNING");
    await states("SendTaskSuccess", { taskToken, output: '{"approved":true}' });
    expect((await ended(executionArn)).output).toBe('{"approved":true}');
    expect((await types(executionArn)).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
    expect(await refused("SendTaskSuccess", { taskToken, output: "{}" })).toEqual({
      code: "TaskTimedOut",
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
  });

  test("failure, and tokens that are none", async () => {
    const { states, ended, executionArn, taskToken, refused } = await asked(approval());
    expect(await refused("SendTaskSuccess", { taskToken: "x", output: "{}" })).toEqual({
      code: "InvalidToken",
      message: "Invalid Token: 'Invalid token'",
    });
    expect((await refused("SendTaskSuccess", { taskToken, output: "{" })).code).toBe(
      "InvalidOutput",
    );
    await states("SendTaskFailure", { taskToken, error: "Denied", cause: "no" });
    expect(await ended(executionArn)).toMatchObject({ error: "Denied", cause: "no" });
  });

  test("heartbeats keep a task alive; silence ends it", async () => {
    const { states, executionArn, taskToken, clock, settle } = await asked(
      approval({ HeartbeatSeconds: 60 }),
    );
    for (let beat = 0; beat < 3; beat += 1) {
      await clock.advance(50_000);
      await settle();
      await states("SendTaskHeartbeat", { taskToken });
    }
    await clock.advance(59_000);
    await settle();
    expect((await states("DescribeExecution", { executionArn })).status).toBe("RUNNING");
    await clock.advance(1_000);
    await settle();
    expect(await states("DescribeExecution", { executionArn })).toMatchObject({
      status: "FAILED",
      error: "States.HeartbeatTimeout",
    });
  });
});

describe("executions of executions", () => {
  const child = (state: object) => ({ StartAt: "C", States: { C: state } });

  test("startExecution: does not wait", async () => {
    const { machine, start, ended, states } = await open();
    const inner = await machine("inner", child({ Type: "Wait", Seconds: 60, End: true }));
    const outer = task(`${INTEGRATION}states:startExecution`, {
      Parameters: { StateMachineArn: inner, "Input.$": "$" },
    });
    const ending = await ended(await start(await machine("outer", outer), { a: 1 }));
    const { ExecutionArn: executionArn } = JSON.parse(ending.output ?? "");
    expect(await states("DescribeExecution", { executionArn })).toMatchObject({
      status: "RUNNING",
      input: '{"a":1}',
    });
  });

  test("sync and sync:2: the output as text, and as JSON", async () => {
    const { machine, start, ended, types } = await open();
    const inner = await machine("inner", child({ Type: "Wait", Seconds: 60, End: true }));
    const run = async (name: string, suffix: string) => {
      const outer = task(`${INTEGRATION}states:startExecution.${suffix}`, {
        Parameters: { StateMachineArn: inner, Input: { a: 1 } },
      });
      const executionArn = await start(await machine(name, outer));
      const { output = "" } = await ended(executionArn);
      return { executionArn, output: JSON.parse(output) };
    };
    const one = await run("one", "sync");
    expect(one.output).toMatchObject({ Output: '{"a":1}', Status: "SUCCEEDED" });
    expect((await run("two", "sync:2")).output).toMatchObject({ Output: { a: 1 } });
    expect((await types(one.executionArn)).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
  });

  test("one that fails fails the task; one that waits is stopped with its parent", async () => {
    const { machine, start, ended, states, settle } = await open();
    const failing = await machine("failing", child({ Type: "Fail", Error: "E" }));
    const waiting = await machine("waiting", child({ Type: "Wait", Seconds: 600, End: true }));
    const outer = (StateMachineArn: string) =>
      task(`${INTEGRATION}states:startExecution.sync`, {
        Parameters: { StateMachineArn, Name: "x" },
      });
    const failed = await ended(await start(await machine("a", outer(failing))));
    expect(failed).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
    expect(JSON.parse(failed.cause ?? "")).toMatchObject({ Error: "E", Status: "FAILED" });
    const parent = await start(await machine("b", outer(waiting)));
    await settle();
    await states("StopExecution", { executionArn: parent });
    await settle();
    const executionArn = "arn:aws:states:us-east-1:000000000000:execution:waiting:x";
    expect((await states("DescribeExecution", { executionArn })).status).toBe("ABORTED");
  });
});

describe("activities", () => {
  test("a worker takes a task, beats, and answers", async () => {
    const { machine, start, ended, states, settle, types } = await open();
    const { activityArn } = await states("CreateActivity", { name: "a" });
    const executionArn = await start(await machine("m", task(activityArn)), { n: 1 });
    await settle();
    const got = await states("GetActivityTask", { activityArn, workerName: "w" });
    expect(got.input).toBe('{"n":1}');
    await states("SendTaskHeartbeat", { taskToken: got.taskToken ?? "" });
    await states("SendTaskSuccess", { taskToken: got.taskToken ?? "", output: '"done"' });
    expect((await ended(executionArn)).output).toBe('"done"');
    expect((await types(executionArn)).slice(2, 5)).toEqual([
      "ActivityScheduled",
      "ActivityStarted",
      "ActivitySucceeded",
    ]);
  });

  test("a worker waits for a task, up to a minute", async () => {
    const { machine, start, states, settle, clock } = await open();
    const { activityArn } = await states("CreateActivity", { name: "a" });
    const early = states("GetActivityTask", { activityArn });
    await settle();
    await start(await machine("m", task(activityArn)), {});
    expect((await early).input).toBe("{}");
    const late = states("GetActivityTask", { activityArn });
    await settle();
    await clock.advance(60_000);
    expect(await late).toEqual({});
  });

  test("a task that timed out in the queue is not handed out", async () => {
    const { machine, start, states, settle, clock } = await open();
    const { activityArn } = await states("CreateActivity", { name: "a" });
    const arn = await machine("m", task(activityArn, { TimeoutSeconds: 5 }));
    const executionArn = await start(arn, { first: true });
    await settle();
    await clock.advance(5_000);
    await settle();
    expect(await states("DescribeExecution", { executionArn })).toMatchObject({
      status: "FAILED",
      error: "States.Timeout",
    });
    await start(arn, { second: true });
    expect((await states("GetActivityTask", { activityArn })).input).toBe('{"second":true}');
  });
});
