import { describe, expect, test } from "vitest";
import { createEventsFixture, QUEUE } from "../../testing/events-fixture.ts";
import type { Bus } from "./bus.ts";
import { mayPutEvents } from "./bus-policy.ts";

const OTHER = "111111111111";
const ID = { accountId: "000000000000", region: "us-east-1", name: "shop" };
const ARN = "arn:aws:events:us-east-1:000000000000:event-bus/shop";

function allowed(statements: readonly object[], attempt: object = {}): boolean {
  const bus: Bus = {
    createdMs: 0,
    modifiedMs: 0,
    tags: {},
    revision: 0,
    stamp: "",
    policy: { Version: "2012-10-17", Statement: statements as readonly Record<string, unknown>[] },
  };
  return mayPutEvents(ID, bus, { accountId: OTHER, source: "app", detailType: "t", ...attempt });
}

const ALLOW = {
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
  Action: "events:PutEvents",
  Resource: ARN,
};

describe("bus policy", () => {
  test("lets in who it names, and always its own account", () => {
    expect(allowed([])).toBe(false);
    expect(allowed([], { accountId: ID.accountId })).toBe(true);
    expect(allowed([ALLOW])).toBe(true);
    expect(allowed([ALLOW], { accountId: "222222222222" })).toBe(false);
    expect(allowed([{ ...ALLOW, Principal: "*" }], { accountId: "222222222222" })).toBe(true);
    expect(allowed([{ ...ALLOW, Principal: { AWS: [OTHER] } }])).toBe(true);
    expect(allowed([{ ...ALLOW, Principal: { Service: "events.amazonaws.com" } }])).toBe(false);
    expect(allowed([{ ...ALLOW, Action: ["events:*"] }])).toBe(true);
    expect(allowed([{ ...ALLOW, Action: "events:PutRule" }])).toBe(false);
    expect(allowed([{ ...ALLOW, Resource: `${ARN}x` }])).toBe(false);
  });

  test("denies before it allows", () => {
    expect(allowed([ALLOW, { ...ALLOW, Effect: "Deny", Principal: "*" }])).toBe(false);
    const Condition = { StringEquals: { "events:source": "bad" } };
    expect(allowed([ALLOW, { ...ALLOW, Effect: "Deny", Condition }])).toBe(true);
    expect(allowed([ALLOW, { ...ALLOW, Effect: "Deny", Condition }], { source: "bad" })).toBe(
      false,
    );
  });

  test("holds conditions against the event; an unknown one grants nothing and denies", () => {
    const when = (Condition: object, Effect = "Allow") => ({ ...ALLOW, Effect, Condition });
    expect(allowed([when({ StringEquals: { "events:source": ["x", "app"] } })])).toBe(true);
    expect(allowed([when({ StringNotEquals: { "events:source": ["x", "app"] } })])).toBe(false);
    expect(allowed([when({ StringLike: { "events:detail-type": "t*" } })])).toBe(true);
    expect(allowed([when({ StringLike: { "events:detail-type": "u*" } })])).toBe(false);
    const organisation = { StringEquals: { "aws:PrincipalOrgID": "o-1" } };
    expect(allowed([when(organisation)])).toBe(false);
    expect(allowed([ALLOW, when(organisation, "Deny")])).toBe(false);
  });
});

test("PutPermission: refuses a policy that is too long", async () => {
  const { call } = createEventsFixture();
  const Policy = JSON.stringify({ Statement: [{ ...ALLOW, Sid: "x".repeat(10_240) }] });
  await expect(call("PutPermission", { Policy })).rejects.toMatchObject({
    code: "PolicyLengthExceededException",
  });
  expect((await call("DescribeEventBus", {})).Policy).toBeUndefined();
});

describe("buses of other accounts", () => {
  test("refuse a whole call without permission; a rule's event goes to its dead-letter queue", async () => {
    const { call, delivered, route } = createEventsFixture();
    await call("CreateEventBus", { Name: "shop" });
    await route("all", { source: ["app"] }, { Arn: `${QUEUE}-shop` }, "shop");
    const other = { accountId: OTHER, region: "eu-west-1" };
    const entry = { Source: "app", DetailType: "t", Detail: "{}" };
    const put = (EventBusName?: string) =>
      call("PutEvents", { Entries: [{ ...entry, EventBusName }] }, other);
    await expect(put(ARN)).rejects.toMatchObject({ code: "AccessDeniedException" });
    await call("PutRule", { Name: "out", EventPattern: '{"source":["app"]}' }, other);
    const target = { Id: "1", Arn: ARN, DeadLetterConfig: { Arn: QUEUE } };
    await call("PutTargets", { Rule: "out", Targets: [target] }, other);
    await put();
    const [letter] = await delivered();
    expect(letter?.target).toBe(QUEUE);
    expect(letter?.envelope.attributes?.["ERROR_CODE"]?.value).toBe("NO_PERMISSIONS");
    await call("PutPermission", {
      EventBusName: "shop",
      StatementId: "o",
      Principal: OTHER,
      Action: "events:PutEvents",
    });
    await put();
    await put(ARN);
    const got = (await delivered()).map(({ target: arn, envelope }) => {
      const { account, region } = JSON.parse(envelope.payload);
      return [arn, account, region];
    });
    expect(got).toEqual([
      [`${QUEUE}-shop`, OTHER, "eu-west-1"],
      [`${QUEUE}-shop`, OTHER, "eu-west-1"],
    ]);
  });
});
