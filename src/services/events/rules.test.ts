import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { createRecordingSink } from "../../testing/recording-sink.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createEvents } from "./service.ts";

function bench(): { readonly call: ServiceCaller<"events"> } {
  const testStore = createTestStore();
  const sinks = { sqs: createRecordingSink() };
  const service = createEvents({
    ...testStore,
    log: createMemoryLog(),
    sinks,
    http: createScriptedHttp(),
  });
  return { call: serviceCaller<"events">(service, testStore.clock) };
}

describe("rules", () => {
  test("are described, listed in pages and by prefix, and tagged", async () => {
    const { call } = bench();
    for (const Name of ["b1", "a1", "a2", "a3"]) {
      const { RuleArn } = await call("PutRule", {
        Name,
        EventPattern: '{"source":["a"]}',
        Tags: [{ Key: "k", Value: Name }],
      });
      expect(RuleArn).toBe(`arn:aws:events:us-east-1:000000000000:rule/${Name}`);
    }
    const first = await call("ListRules", { NamePrefix: "a", Limit: 2 });
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(["a1", "a2"]);
    const { NextToken } = first;
    const second = await call("ListRules", { NamePrefix: "a", Limit: 2, NextToken });
    expect([second.Rules?.map(({ Name }) => Name), second.NextToken]).toEqual([["a3"], undefined]);
    expect(await call("DescribeRule", { Name: "a1" })).toMatchObject({
      State: "ENABLED",
      EventBusName: "default",
      EventPattern: '{"source":["a"]}',
      CreatedBy: "000000000000",
    });
    const ResourceARN = "arn:aws:events:us-east-1:000000000000:rule/a1";
    await call("TagResource", { ResourceARN, Tags: [{ Key: "l", Value: "2" }] });
    await call("UntagResource", { ResourceARN, TagKeys: ["k"] });
    expect((await call("ListTagsForResource", { ResourceARN })).Tags).toEqual([
      { Key: "l", Value: "2" },
    ]);
    await expect(call("DescribeRule", { Name: "no" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Rule no does not exist on EventBus default.",
    });
  });

  test("are refused with AWS's words", async () => {
    const { call } = bench();
    const refusal = (input: object): Promise<unknown> =>
      call("PutRule", { Name: "rule", ...input }).then(
        () => "accepted",
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      );
    expect(await refusal({})).toBe(
      "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.",
    );
    expect(await refusal({ ScheduleExpression: "rate(5 minute)" })).toBe(
      "ValidationException: Parameter ScheduleExpression is not valid.",
    );
    expect(await refusal({ EventPattern: "[]" })).toBe(
      "InvalidEventPatternException: Event pattern is not valid. Reason: Filter is not an object" +
        '\n at [Source: (String)"[]"; line: 1, column: 2]',
    );
    expect(await refusal({ EventPattern: "{}", EventBusName: "no" })).toMatch("Empty objects");
    expect(await refusal({ EventPattern: '{"a":[1]}', EventBusName: "no" })).toBe(
      "ResourceNotFoundException: Event bus no does not exist.",
    );
    await call("CreateEventBus", { Name: "one" });
    expect(await refusal({ ScheduleExpression: "rate(1 day)", EventBusName: "one" })).toBe(
      "ValidationException: ScheduleExpression is supported only on the default event bus.",
    );
    await call("PutRule", { Name: "kept", EventPattern: '{"source":["a"]}' });
    const Arn = "arn:aws:sqs:us-east-1:000000000000:queue";
    await call("PutTargets", { Rule: "kept", Targets: [{ Id: "1", Arn }] });
    await expect(call("DeleteRule", { Name: "kept" })).rejects.toMatchObject({
      message: "Rule can't be deleted since it has targets.",
    });
  });

  test("TestEventPattern: matches, and checks both texts", async () => {
    const { call } = bench();
    const event = {
      id: "1",
      account: "1",
      source: "app",
      time: "2026-01-01T00:00:00Z",
      region: "r",
      resources: [],
      "detail-type": "t",
      detail: {},
    };
    const Event = JSON.stringify(event);
    const EventPattern = '{"source":["app"]}';
    expect(await call("TestEventPattern", { EventPattern, Event })).toEqual({ Result: true });
    expect(await call("TestEventPattern", { EventPattern: '{"source":["b"]}', Event })).toEqual({
      Result: false,
    });
    await expect(call("TestEventPattern", { EventPattern, Event: "{}" })).rejects.toMatchObject({
      message: "Parameter Event is not valid.",
    });
    await expect(call("TestEventPattern", { EventPattern: "{", Event })).rejects.toMatchObject({
      code: "InvalidEventPatternException",
    });
  });
});
