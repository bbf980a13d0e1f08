import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const INTEGRATION = "arn:aws:states:::";

function task(Resource: string): object {
  return { StartAt: "T", States: { T: { Type: "Task", Resource, End: true } } };
}

describe("definitions", () => {
  test("what is not here is refused by name when the machine is made", async () => {
    const { refused, states } = await open();
    const make = (Resource: string) => ({
      name: "m",
      roleArn: "arn:aws:iam::000000000000:role/r",
      definition: JSON.stringify(task(Resource)),
    });
    const ecs = `${INTEGRATION}ecs:runTask.sync`;
    expect(await refused("CreateStateMachine", make(ecs))).toEqual({
      code: "NotImplemented",
      message: `Millrace does not support the resource ${ecs} (at /States/T/Resource) of CreateStateMachine.`,
    });
    expect(
      (await refused("CreateStateMachine", make(`${INTEGRATION}aws-sdk:ec2:runInstances`))).code,
    ).toBe("NotImplemented");
    expect(await refused("CreateStateMachine", make(`${INTEGRATION}nothing:here`))).toEqual({
      code: "InvalidDefinition",
      message:
        `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided ${INTEGRATION}nothing:here ` +
        "is not recognized. The value is not a valid resource ARN, or the resource is not available " +
        "in this region. at /States/T/Resource'",
    });
    const { result, diagnostics } = await states("ValidateStateMachineDefinition", make(ecs));
    expect(result).toBe("FAIL");
    expect(diagnostics).toMatchObject([{ severity: "ERROR", location: "/States/T/Resource" }]);
    for (const none of ["aws-sdk:sqs:sendMessages", "aws-sdk:sfn:startExecution.sync:2"]) {
      const refusal = await refused("CreateStateMachine", make(INTEGRATION + none));
      expect([refusal.code, refusal.message.includes("is not recognized")]).toEqual([
        "InvalidDefinition",
        true,
      ]);
    }
  });

  test("what Express executions cannot do is refused for the items of a distributed Map, too", async () => {
    const { refused, states } = await open();
    const map = (ExecutionType: string, States: object) => ({
      StartAt: "M",
      States: {
        M: {
          Type: "Map",
          Iterator: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType },
            StartAt: "T",
            States,
          },
          End: true,
        },
      },
    });
    const sync = {
      T: { Type: "Task", Resource: `${INTEGRATION}states:startExecution.sync`, End: true },
    };
    const pass = { T: { Type: "Pass", End: true } };
    const problems = async (definition: object, type: "STANDARD" | "EXPRESS") => {
      const input = { definition: JSON.stringify(definition), type };
      const { diagnostics } = await states("ValidateStateMachineDefinition", input);
      return diagnostics.map(({ location }) => location);
    };
    expect(await problems(map("STANDARD", sync), "STANDARD")).toEqual([]);
    expect(await problems(map("EXPRESS", sync), "STANDARD")).toEqual([
      "/States/M/Iterator/States/T/Resource",
    ]);
    expect(await problems(map("EXPRESS", pass), "EXPRESS")).toEqual(["/States/M"]);
    const input = {
      name: "x",
      roleArn: "arn:aws:iam::000000000000:role/r",
      definition: JSON.stringify(map("EXPRESS", pass)),
    };
    expect((await refused("CreateStateMachine", { ...input, type: "EXPRESS" })).code).toBe(
      "InvalidDefinition",
    );
  });
});
