/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html */
import { isObject, type Value } from "../../languages/template/value.ts";
import { json, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

interface Properties {
  readonly Action?: string | undefined;
  readonly Condition?:
    | { readonly Type: string; readonly Key: string; readonly Value: string }
    | undefined;
  readonly EventBusName?: string | undefined;
  readonly Principal?: string | undefined;
  readonly Statement?: Value | undefined;
  readonly StatementId: string;
}

/** One statement of the policy of a bus, known by its id. */
export const eventsEventBusPolicy: ResourceType = resourceType({
  type: "AWS::Events::EventBusPolicy",
  properties: {
    Action: changes(text),
    Condition: changes(object({ Key: text, Type: text, Value: text }, ["Key", "Type", "Value"])),
    EventBusName: replaces(text),
    Principal: changes(text),
    Statement: changes(json),
    StatementId: replaces(text),
  },
  required: ["StatementId"],
  identify: (_, { StatementId, EventBusName }) => physicalId({ StatementId, EventBusName }),
  create: put,
  update: (ctx, _, properties) => put(ctx, properties),
  async delete(ctx, _, { StatementId, EventBusName }) {
    await unless(GONE, call(ctx, "events", "RemovePermission", { StatementId, EventBusName }));
  },
});

function physicalId({ StatementId, EventBusName = "default" }: Properties): string {
  return `${EventBusName}|${StatementId}`;
}

async function put(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  const { StatementId, EventBusName, Action, Principal, Condition } = properties;
  await call(
    ctx,
    "events",
    "PutPermission",
    properties.Statement === undefined
      ? { StatementId, EventBusName, Action, Principal, Condition }
      : { EventBusName, Policy: await withStatement(ctx, properties) },
  );
  return { physicalId: physicalId(properties), attributes: {} };
}

/** The bus's policy with the whole statement in the place of the one of its id. */
async function withStatement(ctx: ResourceContext, properties: Properties): Promise<string> {
  const { StatementId, EventBusName, Statement } = properties;
  const { Policy } = await call(ctx, "events", "DescribeEventBus", { Name: EventBusName });
  const before = (Policy === undefined ? {} : JSON.parse(Policy)) as {
    readonly Version?: string;
    readonly Statement?: readonly { readonly Sid?: string }[];
  };
  const others = (before.Statement ?? []).filter(({ Sid }) => Sid !== StatementId);
  const statement = {
    ...(isObject(Statement ?? null) ? (Statement as object) : {}),
    Sid: StatementId,
  };
  return JSON.stringify({
    Version: before.Version ?? "2012-10-17",
    Statement: [...others, statement],
  });
}
