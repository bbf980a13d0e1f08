import {
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeMapRunCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetActivityTaskCommand,
  InvalidArn,
  InvalidDefinition,
  InvalidToken,
  ListMapRunsCommand,
  PublishStateMachineVersionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  ResourceNotFound,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
  StopExecutionCommand,
  TaskTimedOut,
  TestStateCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { beforeAll, expect, test } from "vitest";
import { eventually } from "../examples/eventually.ts";
import { ACCOUNT, pagesOf, REGION, startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
/** The SDK would put `sync-` before the host's name. */
const sfn = new SFNClient({ ...engine.config, disableHostPrefix: true });
const lambda = new LambdaClient(engine.config);
const roleArn = `arn:aws:iam::${ACCOUNT}:role/any`;
const prefix = `arn:aws:states:${REGION}:${ACCOUNT}`;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:double`;

beforeAll(async () => {
  const source =
    "exports.handler = async ({ n }) => { if (n < 0) throw new RangeError('no'); return { n: n * 2 }; };";
  const FunctionName = "double";
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: roleArn,
      Code: { ZipFile: await zipOf("index.js", source) },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 10 }, { FunctionName });
});

async function machine(name: string, States: object, type: "STANDARD" | "EXPRESS" = "STANDARD") {
  const definition = JSON.stringify({ StartAt: Object.keys(States)[0], States });
  const made = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn, type }));
  return made.stateMachineArn ?? "";
}

async function started(
  stateMachineArn: string,
  input: unknown = {},
  name?: string,
): Promise<string> {
  const request = {
    stateMachineArn,
    input: JSON.stringify(input),
    ...(name !== undefined && { name }),
  };
  return (await sfn.send(new StartExecutionCommand(request))).executionArn ?? "";
}

function ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
  return eventually({ what: `the end of ${executionArn}`, withinMs: 10_000 }, async () => {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return described.status === "RUNNING" ? undefined : described;
  });
}

test("an execution: its end, and its history in pages with dates", async () => {
  const arn = await machine("double", { D: { Type: "Task", Resource: FUNCTION, End: true } });
  const executionArn = await started(arn, { n: 4 }, "first");
  const { status, output, startDate, stopDate } = await ended(executionArn);
  expect([status, output]).toEqual(["SUCCEEDED", '{"n":8}']);
  expect((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0)).toBeGreaterThanOrEqual(0);
  const pages = await pagesOf(
    paginateGetExecutionHistory({ client: sfn, pageSize: 3 }, { executionArn }),
  );
  const events = pages.flatMap((page) => page.events ?? []);
  expect(pages.length).toBe(3);
  expect(events.map(({ id, type }) => [id, type])).toEqual([
    [1, "ExecutionStarted"],
    [2, "TaskStateEntered"],
    [3, "LambdaFunctionScheduled"],
    [4, "LambdaFunctionStarted"],
    [5, "LambdaFunctionSucceeded"],
    [6, "TaskStateExited"],
    [7, "ExecutionSucceeded"],
  ]);
  expect(events[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({
    resource: FUNCTION,
    input: '{"n":4}',
  });
  expect(events.every(({ timestamp }) => timestamp instanceof Date)).toBe(true);
  const failed = await ended(await started(arn, { n: -1 }));
  expect([failed.status, failed.error]).toEqual(["FAILED", "RangeError"]);
  const listed = await pagesOf(
    paginateListExecutions({ client: sfn, pageSize: 1 }, { stateMachineArn: arn }),
  );
  expect(listed.flatMap((page) => page.executions ?? []).map((each) => each.status)).toEqual([
    "FAILED",
    "SUCCEEDED",
  ]);
});

test("errors are the SDK's own", async () => {
  const wait = await machine("waits", { W: { Type: "Wait", Seconds: 600, End: true } });
  const executionArn = await started(wait, {}, "one");
  expect(await started(wait, {}, "one")).toBe(executionArn);
  await expect(started(wait, { other: 1 }, "one")).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  await expect(started(`${prefix}:stateMachine:none`)).rejects.toBeInstanceOf(
    StateMachineDoesNotExist,
  );
  await expect(started("arn:aws:states")).rejects.toBeInstanceOf(InvalidArn);
  const none = new DescribeExecutionCommand({ executionArn: `${prefix}:execution:waits:none` });
  await expect(sfn.send(none)).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  await expect(machine("bad", { A: { Type: "Pass" } })).rejects.toBeInstanceOf(InvalidDefinition);
  const sync = new StartSyncExecutionCommand({ stateMachineArn: wait });
  await expect(sfn.send(sync)).rejects.toBeInstanceOf(StateMachineTypeNotSupported);
  const answer = new SendTaskSuccessCommand({ taskToken: "x", output: "{}" });
  await expect(sfn.send(answer)).rejects.toBeInstanceOf(InvalidToken);
  const run = new DescribeMapRunCommand({ mapRunArn: `${prefix}:mapRun:m/l:00000000` });
  await expect(sfn.send(run)).rejects.toBeInstanceOf(ResourceNotFound);
  const { stopDate } = await sfn.send(new StopExecutionCommand({ executionArn, cause: "enough" }));
  expect(await ended(executionArn)).toMatchObject({ status: "ABORTED", cause: "enough", stopDate });
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: wait }));
});

test("synchronous Express executions, and states by themselves", async () => {
  const arn = await machine(
    "sync",
    { D: { Type: "Task", Resource: FUNCTION, End: true } },
    "EXPRESS",
  );
  const answer = await sfn.send(
    new StartSyncExecutionCommand({ stateMachineArn: arn, input: '{"n":1}' }),
  );
  expect(answer).toMatchObject({ status: "SUCCEEDED", output: '{"n":2}' });
  expect(answer.billingDetails?.billedMemoryUsedInMB).toBe(64);
  const definition = JSON.stringify({ Type: "Task", Resource: FUNCTION, Next: "Then" });
  const tested = await sfn.send(new TestStateCommand({ definition, roleArn, input: '{"n":3}' }));
  expect(tested).toMatchObject({ status: "SUCCEEDED", output: '{"n":6}', nextState: "Then" });
});

test("activities: a worker waits, takes a task and answers it, once", async () => {
  const { activityArn = "" } = await sfn.send(new CreateActivityCommand({ name: "approval" }));
  const poll = sfn.send(new GetActivityTaskCommand({ activityArn, workerName: "w" }));
  const arn = await machine("approves", { A: { Type: "Task", Resource: activityArn, End: true } });
  const executionArn = await started(arn, { n: 1 });
  const { taskToken, input } = await poll;
  expect(input).toBe('{"n":1}');
  const answer = new SendTaskSuccessCommand({ taskToken, output: '"yes"' });
  await sfn.send(answer);
  expect((await ended(executionArn)).output).toBe('"yes"');
  await expect(sfn.send(answer)).rejects.toBeInstanceOf(TaskTimedOut);
});

test("versions, aliases, diagnostics and map runs", async () => {
  const ItemProcessor = {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "I",
    States: { I: { Type: "Task", Resource: FUNCTION, End: true } },
  };
  const arn = await machine("maps", { M: { Type: "Map", ItemProcessor, End: true } });
  const { stateMachineVersionArn = "" } = await sfn.send(
    new PublishStateMachineVersionCommand({ stateMachineArn: arn }),
  );
  const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
  const { stateMachineAliasArn = "" } = await sfn.send(
    new CreateStateMachineAliasCommand({ name: "live", routingConfiguration }),
  );
  const executionArn = await started(stateMachineAliasArn, [{ n: 1 }, { n: 2 }]);
  expect(await ended(executionArn)).toMatchObject({
    status: "SUCCEEDED",
    output: '[{"n":2},{"n":4}]',
    stateMachineAliasArn,
    stateMachineVersionArn,
  });
  const { mapRuns: [run] = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  const described = await sfn.send(new DescribeMapRunCommand({ mapRunArn: run?.mapRunArn }));
  expect(described).toMatchObject({ status: "SUCCEEDED", itemCounts: { total: 2, succeeded: 2 } });
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}';
  const validated = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }));
  expect(validated.diagnostics?.map(({ code, location }) => [code, location])).toEqual([
    ["MISSING_TRANSITION_TARGET", "/States/A/Next"],
    ["MISSING_END_STATE", undefined],
  ]);
});
