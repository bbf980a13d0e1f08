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
