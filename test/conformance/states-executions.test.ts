/** Step Functions with the SDK: executions and machines, and the errors around them. */
import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidArn,
  InvalidExecutionInput,
  InvalidName,
  ListTagsForResourceCommand,
  paginateListExecutions,
  paginateListStateMachines,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";
import { createSteps, statesClients } from "./states-clients.ts";

const engine = await startEngine();
const { sfn, machine, start, ended, history } = statesClients(engine);
const arnOf = await createSteps(engine, ["unsafe"]);
const pass = { Type: "Pass", End: true };
const one = (state: object) => ({ StartAt: "S", States: { S: state } });
const MISSING = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:missing`;

describe("executions", () => {
  test("the whole history, in pages, forward and backward", async () => {
    const executionArn = await start(await machine("history", one(pass)), { a: 1 });
    await ended(executionArn);
    expect(await history(executionArn)).toMatchObject([
      {
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        timestamp: expect.any(Date),
        executionStartedEventDetails: { input: '{"a":1}' },
      },
      {
        id: 2,
        type: "PassStateEntered",
        stateEnteredEventDetails: {
          name: "S",
          input: '{"a":1}',
          inputDetails: { truncated: false },
        },
      },
      { id: 3, type: "PassStateExited", stateExitedEventDetails: { name: "S", output: '{"a":1}' } },
      { id: 4, type: "ExecutionSucceeded", executionSucceededEventDetails: { output: '{"a":1}' } },
    ]);
  });

  test("a name starts once: the same input is the same execution, another is refused", async () => {
    const arn = await machine("named", one({ Type: "Wait", Seconds: 600, End: true }));
    const first = await start(arn, { a: 1 }, "same");
    expect(await start(arn, { a: 1 }, "same")).toBe(first);
    await expect(start(arn, { a: 2 }, "same")).rejects.toThrow(ExecutionAlreadyExists);
    await sfn.send(new StopExecutionCommand({ executionArn: first, error: "E", cause: "enough" }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn: first }))).toMatchObject({
      status: "ABORTED",
      error: "E",
      cause: "enough",
      stopDate: expect.any(Date),
    });
    const listed = await pagesOf(
      paginateListExecutions({ client: sfn }, { stateMachineArn: arn, statusFilter: "ABORTED" }),
    );
    expect(listed.flatMap(({ executions = [] }) => executions)).toMatchObject([{ name: "same" }]);
  });

  test("one that failed is redriven from where it failed", async () => {
    const arn = await machine("redrive", {
      StartAt: "A",
      States: {
        A: { Type: "Pass", Next: "B" },
        B: { Type: "Task", Resource: arnOf("unsafe"), End: true },
      },
    });
    const executionArn = await start(arn, { failing: { unsafe: "Boom" } });
    expect(await ended(executionArn)).toMatchObject({
      status: "FAILED",
      error: "Boom",
      redriveStatus: "REDRIVABLE",
    });
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED", redriveCount: 1 });
    const types = (await history(executionArn)).map(({ type }) => type);
    expect(types.filter((type) => type === "PassStateEntered")).toHaveLength(1);
    expect(types).toContain("ExecutionRedriven");
  });

  test("an Express machine answers at once, and with its error when it fails", async () => {
    const type = "EXPRESS" as const;
    const stateMachineArn = await machine("quick", one(pass), { type });
    expect(
      await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"n":1}' })),
    ).toMatchObject({
      status: "SUCCEEDED",
      output: '{"n":1}',
      startDate: expect.any(Date),
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    const failing = await machine("quick-bad", one({ Type: "Fail", Error: "E", Cause: "c" }), {
      type,
    });
    expect(
      await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: failing })),
    ).toMatchObject({ status: "FAILED", error: "E", cause: "c" });
    const standard = await machine("slow", one(pass));
    await expect(
      sfn.send(new StartSyncExecutionCommand({ stateMachineArn: standard })),
    ).rejects.toThrow(StateMachineTypeNotSupported);
  });
});

describe("machines", () => {
  test("versions and aliases: an alias keeps to its version when the machine changes", async () => {
    const result = (Result: string) => one({ ...pass, Result });
    const { stateMachineArn, stateMachineVersionArn } = await sfn
      .send(
        new UpdateStateMachineCommand({
          stateMachineArn: await machine("released", result("one")),
          definition: JSON.stringify(result("two")),
          publish: true,
          versionDescription: "the second",
        }),
      )
      .then((updated) => ({
        ...updated,
        stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:released`,
      }));
    const { stateMachineAliasArn = "" } = await sfn.send(
      new CreateStateMachineAliasCommand({
        name: "live",
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      }),
    );
    const definition = JSON.stringify(result("three"));
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
    const ending = await ended(await start(stateMachineAliasArn));
    expect(ending).toMatchObject({ output: '"two"', stateMachineAliasArn, stateMachineVersionArn });
    expect((await ended(await start(stateMachineArn))).output).toBe('"three"');
  });

  test("described, listed, tagged, deleted", async () => {
    const stateMachineArn = await machine("kept", one(pass), { tags: [{ key: "a", value: "b" }] });
    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      name: "kept",
      status: "ACTIVE",
      type: "STANDARD",
    });
    const { tags } = await sfn.send(
      new ListTagsForResourceCommand({ resourceArn: stateMachineArn }),
    );
    expect(tags).toEqual([{ key: "a", value: "b" }]);
    const listed = async () => {
      const pages = await pagesOf(paginateListStateMachines({ client: sfn, pageSize: 3 }, {}));
      return pages.flatMap(({ stateMachines = [] }) => stateMachines.map(({ name }) => name));
    };
    expect(await listed()).toContain("kept");
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect(await listed()).not.toContain("kept");
  });

  test("errors are the SDK's classes", async () => {
    const stateMachineArn = await machine("errors", one(pass));
    const sent = (input: { stateMachineArn: string; input?: string; name?: string }) =>
      sfn.send(new StartExecutionCommand(input));
    await expect(sent({ stateMachineArn: MISSING })).rejects.toThrow(StateMachineDoesNotExist);
    await expect(sent({ stateMachineArn: "no arn" })).rejects.toThrow(InvalidArn);
    await expect(sent({ stateMachineArn, input: "{" })).rejects.toThrow(InvalidExecutionInput);
    await expect(sent({ stateMachineArn, name: "a*b" })).rejects.toThrow(InvalidName);
    await expect(
      sfn.send(
        new DescribeExecutionCommand({
          executionArn: stateMachineArn.replace("stateMachine", "execution").concat(":none"),
        }),
      ),
    ).rejects.toThrow(ExecutionDoesNotExist);
  });
});
