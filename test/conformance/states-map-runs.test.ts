/** Step Functions with the SDK: map runs that are redriven, and states that are tested by themselves. */
import {
  DescribeMapRunCommand,
  InvalidDefinition,
  paginateListExecutions,
  paginateListMapRuns,
  RedriveExecutionCommand,
  TestStateCommand,
  type TestStateCommandInput,
  ValidationException,
} from "@aws-sdk/client-sfn";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { ACCOUNT, pagesOf, startEngine } from "./engine.ts";
import { statesClients } from "./states-clients.ts";

const engine = await startEngine();
const { sfn, machine, start, ended, history } = statesClients(engine);
const sqs = new SQSClient(engine.config);

describe("map runs", () => {
  test("a redrive runs again what failed, and tells so", async () => {
    const arn = await machine("redriven-map", {
      StartAt: "M",
      States: {
        M: {
          Type: "Map",
          ToleratedFailurePercentage: 40,
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
            StartAt: "Send",
            States: {
              Send: {
                Type: "Task",
                Resource: "arn:aws:states:::sqs:sendMessage",
                Parameters: { "QueueUrl.$": "$", MessageBody: "hello" },
                ResultPath: null,
                End: true,
              },
            },
          },
          End: true,
        },
      },
    });
    const urls = ["redriven-a", "redriven-b"].map(
      (name) => `${engine.endpoint}/${ACCOUNT}/${name}`,
    );
    await sqs.send(new CreateQueueCommand({ QueueName: "redriven-a" }));
    const executionArn = await start(arn, urls);
    expect(await ended(executionArn)).toMatchObject({
      error: "States.ExceedToleratedFailureThreshold",
    });
    const [{ mapRuns: [{ mapRunArn = "" } = {}] = [] } = {}] = await pagesOf(
      paginateListMapRuns({ client: sfn }, { executionArn }),
    );
    const failed = await pagesOf(
      paginateListExecutions({ client: sfn }, { mapRunArn, statusFilter: "FAILED" }),
    );
    expect(failed.flatMap(({ executions = [] }) => executions)).toHaveLength(1);
    await sqs.send(new CreateQueueCommand({ QueueName: "redriven-b" }));
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    expect(await ended(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      output: JSON.stringify(urls),
    });
    expect(await sfn.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: "SUCCEEDED",
      redriveCount: 1,
      redriveDate: expect.any(Date),
      executionCounts: { total: 2, succeeded: 2, failed: 0, pendingRedrive: 0 },
    });
    const redriven = (await history(executionArn)).find(({ type }) => type === "MapRunRedriven");
    expect(redriven?.mapRunRedrivenEventDetails).toEqual({ mapRunArn, redriveCount: 1 });
  });
});

describe("TestState", () => {
  const tested = (state: object, more: Partial<TestStateCommandInput> = {}) =>
    sfn.send(new TestStateCommand({ definition: JSON.stringify(state), ...more }));
  const map = {
    Type: "Map",
    ItemsPath: "$.items",
    ItemSelector: { "n.$": "$$.Map.Item.Value" },
    ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } },
    Next: "After",
  };

  test("a Map state with a mock", async () => {
    const input = '{"items":[1,2]}';
    expect(
      await tested(map, { input, mock: { result: "[3,4]" }, inspectionLevel: "DEBUG" }),
    ).toMatchObject({
      status: "SUCCEEDED",
      output: "[3,4]",
      nextState: "After",
      inspectionData: { afterItemsPath: "[1,2]", afterItemSelector: '[{"n":1},{"n":2}]' },
    });
    await expect(tested(map, { input })).rejects.toThrow(InvalidDefinition);
  });

  test("a mock that the operation would not answer is refused", async () => {
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sqs:getQueueUrl",
      Parameters: { QueueName: "q" },
      OutputPath: "$.QueueUrl",
      End: true,
    };
    expect(await tested(task, { mock: { result: '{"QueueUrl":"u"}' } })).toMatchObject({
      output: '"u"',
    });
    const mock = { result: '{"Url":"u"}' };
    await expect(tested(task, { mock })).rejects.toThrow(ValidationException);
  });
});
