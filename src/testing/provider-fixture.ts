/** Custom resources in the stack `shop`, and their providers, which do what a test tells them. */
import { expect } from "vitest";
import { takeRecorded } from "./recording-sink.ts";
import type { TestStacks } from "./stacks-fixture.ts";

export const PROVIDER: string = "arn:aws:lambda:us-east-1:000000000000:function:provider";

export function customTemplate(
  properties: string,
  options: { readonly more?: string; readonly outputs?: string } = {},
): string {
  return `
Resources:
  Thing:
    Type: Custom::Thing
    Properties: {ServiceToken: "${PROVIDER}", ${properties}}
${options.more ?? ""}
${options.outputs === undefined ? "" : `Outputs: ${options.outputs}`}
`;
}

export interface ProviderRequest {
  readonly target: string;
  readonly sourceArn: string;
  readonly subject: string | undefined;
  readonly event: Readonly<Record<string, unknown>> & {
    readonly ResponseURL: string;
    readonly RequestId: string;
    readonly RequestType: string;
    readonly PhysicalResourceId?: string;
  };
}

const TURN_COUNT_MAX = 2000;

/** The next request to a provider; there must be one, and one only. */
export async function takeRequest(stacks: TestStacks): Promise<ProviderRequest> {
  for (let turn = 0; turn < TURN_COUNT_MAX; turn += 1) {
    const [recorded, ...others] = await takeRecorded(stacks.store);
    expect(others).toEqual([]);
    if (recorded !== undefined) {
      const { target, envelope } = recorded;
      const { payload, sourceArn, subject } = envelope;
      return { target, sourceArn, subject, event: JSON.parse(payload) };
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error("nobody was asked");
}

/** The next request, answered with success or as `answer` says. */
export async function succeedRequest(
  stacks: TestStacks,
  answer: Readonly<Record<string, unknown>> = {},
): Promise<ProviderRequest["event"]> {
  const { event } = await takeRequest(stacks);
  const body = { Status: "SUCCESS", PhysicalResourceId: "thing-1", ...answer };
  expect(await stacks.answer(event.ResponseURL, body)).toBe(true);
  return event;
}

export async function failRequest(
  stacks: TestStacks,
  answer: Readonly<Record<string, unknown>> = {},
): Promise<ProviderRequest["event"]> {
  return succeedRequest(stacks, { Status: "FAILED", Reason: "no luck", ...answer });
}

export function createCustom(stacks: TestStacks, TemplateBody: string): Promise<unknown> {
  return stacks.call("CreateStack", { StackName: "shop", TemplateBody });
}

export async function customCreated(stacks: TestStacks, body: string): Promise<void> {
  await createCustom(stacks, body);
  await succeedRequest(stacks);
  await stacks.settledAs("shop", "CREATE_COMPLETE");
}

export function updateCustom(stacks: TestStacks, TemplateBody: string): Promise<unknown> {
  return stacks.call("UpdateStack", { StackName: "shop", TemplateBody });
}

export async function outputsOf(stacks: TestStacks): Promise<Readonly<Record<string, string>>> {
  const { Outputs: all = [] } = await stacks.settled("shop");
  return Object.fromEntries(all.map((one) => [one.OutputKey ?? "", one.OutputValue ?? ""]));
}

/** The reason of the event in which a resource took on this status. */
export async function reasonOf(
  stacks: TestStacks,
  status: string,
  logicalId = "Thing",
): Promise<string | undefined> {
  const { StackEvents: all = [] } = await stacks.call("DescribeStackEvents", { StackName: "shop" });
  return all.find((one) => one.LogicalResourceId === logicalId && one.ResourceStatus === status)
    ?.ResourceStatusReason;
}
