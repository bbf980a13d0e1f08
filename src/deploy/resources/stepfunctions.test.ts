/** The resource types of Step Functions against the real services. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

let cloud: CloudFixture;
beforeEach(async () => {
  cloud = await createCloudFixture();
});
afterEach(() => cloud.stop());

const ROLE = "arn:aws:iam::000000000000:role/states";
const PASS = (word: string) => ({
  StartAt: "A",
  States: { A: { Type: "Pass", Result: word, End: true } },
});

function template(word: string, definition: object) {
  return JSON.stringify({
    Resources: {
      Machine: {
        Type: "AWS::StepFunctions::StateMachine",
        Properties: {
          StateMachineName: "orders",
          RoleArn: ROLE,
          ...definition,
          TracingConfiguration: { Enabled: word === "one" },
          Tags: [{ Key: "a", Value: word }],
        },
      },
      Version: {
        Type: "AWS::StepFunctions::StateMachineVersion",
        Properties: {
          StateMachineArn: { Ref: "Machine" },
          StateMachineRevisionId: { "Fn::GetAtt": ["Machine", "StateMachineRevisionId"] },
          Description: word,
        },
      },
      Alias: {
        Type: "AWS::StepFunctions::StateMachineAlias",
        Properties: {
          Name: "live",
          Description: word,
          RoutingConfiguration: [{ StateMachineVersionArn: { Ref: "Version" }, Weight: 100 }],
        },
      },
      Approval: {
        Type: "AWS::StepFunctions::Activity",
        Properties: { Name: "approval", Tags: [{ Key: "a", Value: word }] },
      },
    },
    Outputs: {
      Machine: { Value: { "Fn::GetAtt": ["Machine", "Arn"] } },
      Name: { Value: { "Fn::GetAtt": ["Machine", "Name"] } },
      Alias: { Value: { Ref: "Alias" } },
      Approval: { Value: { Ref: "Approval" } },
    },
  });
}

async function deploy(operation: "CreateStack" | "UpdateStack", TemplateBody: string) {
  const { StackId = "" } = await cloud.call("cloudformation", operation, {
    StackName: "s",
    TemplateBody,
  });
  return cloud.settled(StackId);
}

async function observed() {
  const { call } = cloud;
  const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:orders";
  const machine = await call("states", "DescribeStateMachine", { stateMachineArn });
  const alias = { stateMachineAliasArn: `${stateMachineArn}:live` };
  const { routingConfiguration, description } = await call(
    "states",
    "DescribeStateMachineAlias",
    alias,
  );
  const { tags } = await call("states", "ListTagsForResource", { resourceArn: stateMachineArn });
  const resourceArn = "arn:aws:states:us-east-1:000000000000:activity:approval";
  return {
    result: JSON.parse(machine.definition).States.A.Result,
    traced: machine.tracingConfiguration?.enabled,
    description,
    version: routingConfiguration?.[0]?.stateMachineVersionArn.split(":").at(-1),
    tags: tags?.filter(({ key }) => key === "a").map(({ value }) => value),
    activityTags: (await call("states", "ListTagsForResource", { resourceArn })).tags?.map(
      ({ value }) => value,
    ),
  };
}

test("a machine with version, alias and activity is made, changed and removed", async () => {
  const { call } = cloud;
  const made = await deploy("CreateStack", template("one", { Definition: PASS("one") }));
  expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
  expect(made.outputs).toEqual({
    Machine: "arn:aws:states:us-east-1:000000000000:stateMachine:orders",
    Name: "orders",
    Alias: "arn:aws:states:us-east-1:000000000000:stateMachine:orders:live",
    Approval: "arn:aws:states:us-east-1:000000000000:activity:approval",
  });
  expect(await observed()).toEqual({
    ...{ result: "one", traced: true, description: "one", version: "1" },
    ...{ tags: ["one"], activityTags: ["one"] },
  });
  const changed = await deploy(
    "UpdateStack",
    template("two", {
      DefinitionString: JSON.stringify(PASS("$" + "{word}")),
      DefinitionSubstitutions: { word: "two" },
    }),
  );
  expect([changed.status, ...changed.failures]).toEqual(["UPDATE_COMPLETE"]);
  expect(await observed()).toEqual({
    ...{ result: "two", traced: false, description: "two", version: "2" },
    ...{ tags: ["two"], activityTags: ["two"] },
  });
  await call("cloudformation", "DeleteStack", { StackName: "s" });
  await cloud.settled("s").catch(() => undefined);
  expect((await call("states", "ListStateMachines", {})).stateMachines).toEqual([]);
  expect((await call("states", "ListActivities", {})).activities).toEqual([]);
});

test("a definition in S3 may be YAML", async () => {
  const { call } = cloud;
  await call("s3", "CreateBucket", { Bucket: "code" });
  const Body = new TextEncoder().encode(
    "StartAt: A\nStates:\n  A: { Type: Pass, Result: '$" + "{word}', End: true }\n",
  );
  await call("s3", "PutObject", { Bucket: "code", Key: "m.yaml", Body: [Body] as never });
  const made = await deploy(
    "CreateStack",
    template("one", {
      DefinitionS3Location: { Bucket: "code", Key: "m.yaml" },
      DefinitionSubstitutions: { word: "stored" },
    }),
  );
  expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
  expect((await observed()).result).toBe("stored");
});

test("a bad definition fails the stack with the reason of the service", async () => {
  const Definition = { StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } };
  const { status, failures } = await deploy("CreateStack", template("one", { Definition }));
  expect(status).toBe("ROLLBACK_COMPLETE");
  expect(failures[0] ?? failures.at(-1)).toBeDefined();
  expect(failures.join()).toContain("Missing 'Next' target: B at /States/A/Next");
});

/** A machine with an alias that moves to each new revision as `preference` says. */
function moving(word: string, preference: object) {
  return JSON.stringify({
    Resources: {
      Machine: {
        Type: "AWS::StepFunctions::StateMachine",
        Properties: { StateMachineName: "orders", RoleArn: ROLE, Definition: PASS(word) },
      },
      Version: {
        Type: "AWS::StepFunctions::StateMachineVersion",
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          StateMachineArn: { Ref: "Machine" },
          StateMachineRevisionId: { "Fn::GetAtt": ["Machine", "StateMachineRevisionId"] },
        },
      },
      Alias: {
        Type: "AWS::StepFunctions::StateMachineAlias",
        Properties: {
          Name: "live",
          DeploymentPreference: { StateMachineVersionArn: { Ref: "Version" }, ...preference },
        },
      },
    },
  });
}

/** The weights of the versions that an alias leads to, whenever they changed until the stack is done. */
async function weightsWhile(work: () => Promise<unknown>): Promise<readonly string[]> {
  const stateMachineAliasArn = "arn:aws:states:us-east-1:000000000000:stateMachine:orders:live";
  const seen: string[] = [];
  let over = false;
  const look = async (): Promise<void> => {
    const alias = await cloud
      .call("states", "DescribeStateMachineAlias", { stateMachineAliasArn })
      .catch(() => undefined);
    const routes = alias?.routingConfiguration?.map(
      ({ stateMachineVersionArn, weight }) => `${stateMachineVersionArn.at(-1)}:${weight}`,
    );
    if (routes !== undefined && routes.join() !== seen.at(-1)) {
      seen.push(routes.join());
    }
  };
  const watch = async (): Promise<void> => {
    while (!over) {
      await look();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const watching = watch();
  try {
    await work();
  } finally {
    over = true;
    await watching;
  }
  await look();
  return seen;
}

async function statusOf(StackName: string): Promise<string | undefined> {
  await new Promise((resolve) => setImmediate(resolve));
  const { Stacks: [stack] = [] } = await cloud.call("cloudformation", "DescribeStacks", {
    StackName,
  });
  return stack?.StackStatus;
}

test("an alias moves to a new version at once, in two steps, or in many", async () => {
  const atOnce = { Type: "ALL_AT_ONCE" };
  const made = await deploy("CreateStack", moving("one", atOnce));
  expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
  const updated = (word: string, preference: object) =>
    weightsWhile(async () => {
      // Its answer waits for the end of what is short, on a clock that nobody moves meanwhile.
      let isAnswered = false;
      const TemplateBody = moving(word, preference);
      const answer = cloud
        .call("cloudformation", "UpdateStack", { StackName: "s", TemplateBody })
        .finally(() => {
          isAnswered = true;
        });
      while (!isAnswered && (await statusOf("s")) !== "UPDATE_IN_PROGRESS") {}
      const changed = await cloud.settled("s");
      await answer;
      expect([changed.status, ...changed.failures]).toEqual(["UPDATE_COMPLETE"]);
    });
  expect(await updated("two", atOnce)).toEqual(["1:100", "2:100"]);
  const canary = { Type: "CANARY", Percentage: 10, Interval: 0.1 };
  expect(await updated("three", canary)).toEqual(["2:100", "3:10,2:90", "3:100"]);
  const linear = { Type: "LINEAR", Percentage: 40, Interval: 0.1 };
  expect(await updated("four", linear)).toEqual(["3:100", "4:40,3:60", "4:80,3:20", "4:100"]);
});

test("an alias is refused what it cannot be moved by", async () => {
  const reasons = async (preference: object): Promise<string> => {
    const { failures } = await deploy("CreateStack", moving("one", preference));
    await cloud.call("cloudformation", "DeleteStack", { StackName: "s" });
    await cloud.settled("s").catch(() => undefined);
    return failures.join();
  };
  expect(await reasons({ Type: "CANARY" })).toContain("requires Percentage and Interval");
  expect(await reasons({ Type: "ALL_AT_ONCE", Alarms: ["a"] })).toContain("Alarms");
});
