/**
 * The engine dies at every call it makes, just before it or just after it was carried out, and
 * another takes over: the stack comes to the same end, and what exists is the same.
 */
import { describe, expect, test } from "vitest";
import { createTestStacks, type TestStacks } from "../../testing/stacks-fixture.ts";

const FIRST = `
Resources:
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: named}}
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
      Tags: [{Key: a, Value: b}]
  Dead: {Type: AWS::SQS::Queue}
  Gone: {Type: AWS::SQS::Queue, DependsOn: Orders}
`;

/** Replaces one queue, changes another, removes a third, adds a fourth. */
const SECOND = FIRST.replace(
  "Dead: {Type: AWS::SQS::Queue}",
  "Dead: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}",
)
  .replace("Key: a, Value: b", "Key: a, Value: c")
  .replace("Gone:", "Fresh:");

interface Scenario {
  readonly name: string;
  readonly deploy: (stacks: TestStacks) => Promise<void>;
  /** What is there already when the engine begins to die. */
  readonly before?: string;
  readonly fails?: string;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: "a creation",
    deploy: (stacks) => create(stacks, FIRST),
  },
  {
    name: "a creation that fails and rolls back",
    deploy: (stacks) => create(stacks, FIRST),
    fails: "Gone",
  },
  {
    name: "an update",
    before: FIRST,
    deploy: (stacks) => update(stacks, SECOND),
  },
  {
    name: "an update that fails and rolls back",
    before: FIRST,
    deploy: (stacks) => update(stacks, SECOND),
    fails: "Fresh",
  },
  {
    name: "a deletion",
    before: FIRST,
    async deploy(stacks) {
      await stacks.call("DeleteStack", { StackName: "shop" });
    },
  },
];

async function create(stacks: TestStacks, template: string): Promise<void> {
  await stacks.call("CreateStack", { StackName: "shop", TemplateBody: template });
}

async function update(stacks: TestStacks, template: string): Promise<void> {
  await stacks.call("UpdateStack", { StackName: "shop", TemplateBody: template });
}

interface Outcome {
  readonly status: string;
  readonly things: readonly string[];
  readonly resources: readonly string[];
  readonly callCount: number;
}

type Death = { readonly at: number; readonly when: "before" | "after" } | undefined;

async function outcome(scenario: Scenario, death: Death): Promise<Outcome> {
  const stacks = createTestStacks();
  stacks.start();
  if (scenario.before !== undefined) {
    await create(stacks, scenario.before);
    await stacks.settledAs("shop", "CREATE_COMPLETE");
  }
  stacks.cloud.failWhen(({ operation, input }) =>
    operation === "sqs.CreateQueue" &&
    scenario.fails !== undefined &&
    String(input["QueueName"]).includes(scenario.fails)
      ? "scripted"
      : undefined,
  );
  const callsBefore = stacks.cloud.calls.length;
  if (death !== undefined) {
    stacks.cloud.dieAt(callsBefore + death.at, death.when);
  }
  await scenario.deploy(stacks);
  const { Stacks: [described] = [] } = await stacks.call("DescribeStacks", {});
  const id = described?.StackId ?? "";
  if (death !== undefined) {
    await stacks.died();
    stacks.restart();
  }
  const { StackStatus: status } = await stacks.settled(id);
  const { StackResourceSummaries: rows } = await stacks.call("ListStackResources", {
    StackName: id,
  });
  await stacks.stop();
  return {
    status,
    things: [...stacks.cloud.things].map((thing) => plain(JSON.stringify(thing))).sort(),
    resources: (rows ?? [])
      .map((row) =>
        plain(`${row.LogicalResourceId} ${row.ResourceStatus} ${row.PhysicalResourceId}`),
      )
      .sort(),
    callCount: stacks.cloud.calls.length - callsBefore,
  };
}

/** Without what chance chose. */
function plain(text: string): string {
  return text.replaceAll(/(shop-[A-Za-z]+)-[A-Za-z0-9]{12}/g, "$1");
}

describe.each(SCENARIOS)("$name", (scenario) => {
  test("survives a crash at every call", async () => {
    const { callCount, ...calm } = await outcome(scenario, undefined);
    expect(callCount).toBeGreaterThan(3);
    for (let at = 0; at < callCount; at += 1) {
      for (const when of ["before", "after"] as const) {
        const { callCount: _, ...crashed } = await outcome(scenario, { at, when });
        expect({ at, when, ...crashed }).toEqual({ at, when, ...calm });
      }
    }
  });
});
