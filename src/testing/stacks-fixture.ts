/** CloudFormation over the test store and a scripted cloud. */

import { type CloudFormation, createCloudFormation } from "../deploy/cloudformation/service.ts";
import type { Acceptance } from "../outbox/sink.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { AwsError } from "../wire/aws-error.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";
import { createRecordingSink } from "./recording-sink.ts";
import { createScriptedCloud, type ScriptedCloud } from "./scripted-cloud.ts";
import { requestContext } from "./service-harness.ts";
import { createTestStore, type TestStore } from "./test-store.ts";

type Name = OperationName<"cloudformation">;
type Described = NonNullable<Output<"cloudformation", "DescribeStacks">["Stacks"]>[number];

export interface TestStacks extends TestStore {
  readonly cloud: ScriptedCloud;
  call<O extends Name>(
    operation: O,
    input: Input<"cloudformation", O>,
  ): Promise<Output<"cloudformation", O>>;
  /** The stack once nothing is in progress any more. */
  settled(name: string): Promise<Described>;
  /** The same, when it has to be this status. */
  settledAs(name: string, status: string): Promise<void>;
  /** Moves the clock, and lets due timers run. */
  advance(durationMs: number): Promise<void>;
  /** `LogicalId STATUS`, oldest first; the stack itself by `-`. */
  events(name: string): Promise<readonly string[]>;
  /** Puts this to the `ResponseURL` of a request: whether it was taken. */
  answer(responseUrl: string, body: unknown): Promise<boolean>;
  start(): void;
  /** Resolves once the cloud has stopped answering, as it was told to. */
  died(): Promise<void>;
  /** Leaves the engine as a dead process would, and starts another over the same store. */
  restart(): void;
  stop(): Promise<void>;
}

/** A dead-letter queue and one that needs it. `Name` gives it a name, `Delay` a property to change. */
export const CHAIN: string = `
Description: A chain
Parameters:
  Delay: {Type: Number, Default: 0}
  Secret: {Type: String, Default: hidden, NoEcho: true}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: !Ref Delay
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead:
    Type: AWS::SQS::Queue
Outputs:
  Url: {Value: !Ref Orders, Export: {Name: !Sub "\${AWS::StackName}-url"}}
`;

const TEST_ENDPOINT = "http://127.0.0.1:4566";

/** Of functions and topics, those whose name says so are not there. */
function refuseMissing(target: string): Acceptance | undefined {
  return target.includes("missing")
    ? {
        accepted: false,
        code: "ResourceNotFoundException",
        message: `Function not found: ${target}`,
      }
    : undefined;
}

/** Turns of the event loop a deployment may take. */
const TURN_COUNT_MAX = 5000;

export function createTestStacks(
  options: { readonly seed?: number; readonly answerGraceMs?: number } = {},
): TestStacks {
  const base = createTestStore(options);
  const cloud = createScriptedCloud();
  const provider = createRecordingSink(refuseMissing);
  const make = (): CloudFormation =>
    createCloudFormation({
      ...base,
      log: createMemoryLog(),
      dispatcher: cloud.newDispatcher(),
      sinks: { lambda: provider, sns: provider },
      endpoint: TEST_ENDPOINT,
      ...options,
    });
  let current = make();

  const call = (operation: string, input: unknown): Promise<unknown> => {
    const run = current.service.operations[operation];
    if (run === undefined) {
      throw new Error(`no operation ${operation}`);
    }
    return run(requestContext({ nowMs: base.clock.nowMs() }), input);
  };

  const stacks: TestStacks = {
    ...base,
    cloud,
    call: call as TestStacks["call"],
    settled: (name) => settled(stacks, name),
    async settledAs(name, status) {
      const stack = await settled(stacks, name);
      if (stack.StackStatus !== status) {
        throw new Error(`${status} expected: ${(await events(stacks, name)).join("; ")}`);
      }
    },
    events: (name) => events(stacks, name),
    async advance(durationMs) {
      const handlers = current.service.timers ?? {};
      const timers = createTimerLoop({ ...base, log: createMemoryLog(), handlers });
      timers.start();
      await base.clock.advance(durationMs);
      await timers.stop();
    },
    answer(responseUrl, body) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return current.answer(responseUrl.split("/").at(-1) ?? "", Buffer.from(text));
    },
    start: () => current.engine.start(),
    died: () => turnsUntil(() => cloud.isDead()),
    restart() {
      current = make();
      current.engine.start();
    },
    stop: () => current.engine.stop(),
  };
  return stacks;
}

async function settled(stacks: TestStacks, name: string): Promise<Described> {
  let found: Described | undefined;
  await turnsUntil(async () => {
    const { Stacks: [stack] = [] } = await stacks.call("DescribeStacks", { StackName: name });
    found = stack;
    return stack !== undefined && !/(?<!REVIEW)_IN_PROGRESS$/.test(stack.StackStatus);
  });
  if (found === undefined) {
    throw new Error(`there is no stack ${name}`);
  }
  return found;
}

async function turnsUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await holds()); turn += 1) {
    if (turn > TURN_COUNT_MAX) {
      throw new Error("nothing more happens");
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function events(stacks: TestStacks, name: string): Promise<readonly string[]> {
  const { StackEvents: all = [] } = await stacks.call("DescribeStackEvents", { StackName: name });
  return all
    .toReversed()
    .map(({ LogicalResourceId: id, PhysicalResourceId: physical, StackId, ResourceStatus }) =>
      physical === StackId ? `- ${ResourceStatus}` : `${id} ${ResourceStatus}`,
    );
}

/** Runs the body over an engine that works. */
export async function withStacks(body: (stacks: TestStacks) => Promise<void>): Promise<void> {
  const stacks = createTestStacks();
  stacks.start();
  try {
    await body(stacks);
  } finally {
    await stacks.stop();
  }
}

/** The stack `shop`, complete. */
export async function created(stacks: TestStacks, template: string = CHAIN): Promise<void> {
  await stacks.call("CreateStack", { StackName: "shop", TemplateBody: template });
  await stacks.settledAs("shop", "CREATE_COMPLETE");
}

/** `Code: message` of a call that is refused. */
export async function refusal(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (thrown: AwsError) => thrown,
  );
  return `${error?.code}: ${error?.message}`;
}

/** The names of the queues that exist, without what chance added to them. */
export function urls(stacks: TestStacks): readonly string[] {
  return [...stacks.cloud.things.keys()].map((url) => url.replace(/^.*\/|-\w{12}$/g, "")).sort();
}
