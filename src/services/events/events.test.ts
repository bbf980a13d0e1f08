import { describe, expect, test } from "vitest";
import { createMemoryLog } from "../../platform/log.ts";
import { createRecordingSink, type Recorded, takeRecorded } from "../../testing/recording-sink.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore, type TestStore } from "../../testing/test-store.ts";
import { createEvents } from "./service.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue";
const GONE = "arn:aws:sqs:us-east-1:000000000000:gone";
const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/";

interface Bench extends TestStore {
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly call: ServiceCaller<"events">;
  readonly delivered: () => Promise<readonly Recorded[]>;
  readonly put: (detail: unknown, bus?: string) => Promise<void>;
  readonly route: (rule: string, pattern: unknown, target?: object, bus?: string) => Promise<void>;
}

function bench(): Bench {
  const testStore = createTestStore();
  const log = createMemoryLog();
  const sink = createRecordingSink((arn) =>
    arn === GONE
      ? { accepted: false, code: "QueueDoesNotExist", message: "The queue does not exist." }
      : undefined,
  );
  const service = createEvents({
    ...testStore,
    log,
    sinks: { sqs: sink, lambda: sink },
    http: createScriptedHttp(),
  });
  const call = serviceCaller<"events">(service, testStore.clock);
  return {
    ...testStore,
    log,
    call,
    delivered: () => takeRecorded(testStore.store),
    async put(detail, bus) {
      const entry = { Source: "app", DetailType: "order", Detail: JSON.stringify(detail) };
      const answer = await call("PutEvents", { Entries: [{ ...entry, EventBusName: bus }] });
      expect(answer.FailedEntryCount).toBe(0);
    },
    async route(rule, pattern, target = {}, bus) {
      const named = { Rule: rule, EventBusName: bus };
      await call("PutRule", {
        Name: rule,
        EventBusName: bus,
        EventPattern: JSON.stringify(pattern),
      });
      await call("PutTargets", { ...named, Targets: [{ Id: "1", Arn: QUEUE, ...target }] });
    },
  };
}

describe("PutEvents", () => {
  test("hands the event to every target of every rule that matches", async () => {
    const { call, delivered, route, put } = bench();
    await route("orders", { source: ["app"], detail: { total: [{ numeric: [">", 10] }] } });
    await route("all", { source: [{ prefix: "a" }] }, { Arn: `${QUEUE}-all` });
    await put({ total: 5 });
    expect((await delivered()).map(({ target }) => target)).toEqual([`${QUEUE}-all`]);
    await put({ total: 50 });
    const both = await delivered();
    expect(both.map(({ target }) => target)).toEqual([`${QUEUE}-all`, QUEUE]);
    expect(both[1]?.envelope.sourceArn).toBe("arn:aws:events:us-east-1:000000000000:rule/orders");
    expect(JSON.parse(both[1]?.envelope.payload ?? "")).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "order",
      source: "app",
      account: "000000000000",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: [],
      detail: { total: 50 },
    });
    expect((await call("ListRuleNamesByTarget", { TargetArn: QUEUE })).RuleNames).toEqual([
      "orders",
    ]);
  });

  test("answers each entry by itself", async () => {
    const { call, delivered, route } = bench();
    await route("all", { source: [{ prefix: "" }] });
    const good = { Source: "app", DetailType: "order", Detail: "{}" };
    const { FailedEntryCount, Entries } = await call("PutEvents", {
      Entries: [
        good,
        { ...good, Detail: "{" },
        { ...good, Detail: "[1]" },
        { ...good, Source: undefined },
        { ...good, Source: "aws.ec2" },
        { ...good, EventBusName: "nowhere" },
      ],
    });
    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      "MalformedDetail",
      "MalformedDetail",
      "InvalidArgument",
      "NotAuthorizedForSourceException",
      undefined,
    ]);
    expect(Entries?.[1]?.ErrorMessage).toBe("Detail is malformed.");
    expect(Entries?.[3]?.ErrorMessage).toBe(
      "Parameter Source is not valid. Reason: Source is a required argument.",
    );
    expect(await delivered()).toHaveLength(1);
  });

  test("refuses more than 1 MiB, and details nested too deep", async () => {
    const { call } = bench();
    const entry = {
      Source: "app",
      DetailType: "order",
      Detail: `{"a":"${"x".repeat(1_048_570)}"}`,
    };
    await expect(call("PutEvents", { Entries: [entry] })).rejects.toMatchObject({
      code: "ValidationException",
      message: "Total size of the entries in the request is over the limit.",
    });
    const deep = `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`;
    const { Entries } = await call("PutEvents", { Entries: [{ ...entry, Detail: deep }] });
    expect(Entries?.[0]?.ErrorCode).toBe("MalformedDetail");
  });

  test("keeps time, resources, trace and the detail's own text", async () => {
    const { call, delivered, route } = bench();
    await route("all", { resources: ["a"] });
    const Detail = '{"big": 12345678901234567890, "b":1.0}';
    await call("PutEvents", {
      Entries: [
        {
          Source: "app",
          DetailType: "order",
          Detail,
          Resources: ["a"],
          Time: new Date("2020-02-03T04:05:06.789Z"),
          TraceHeader: "Root=1-2-3",
        },
      ],
    });
    const [{ envelope } = { envelope: undefined }] = await delivered();
    expect(envelope?.trace).toBe("Root=1-2-3");
    expect(envelope?.payload).toContain('"time":"2020-02-03T04:05:06Z"');
    expect(envelope?.payload).toContain(`"detail":${Detail}}`);
  });

  test("follows every change of the rules at once", async () => {
    const { call, delivered, route, put } = bench();
    const counts: number[] = [];
    const count = async (): Promise<void> => {
      await put({ kind: "a" });
      counts.push((await delivered()).length);
    };
    await count();
    await route("one", { detail: { kind: ["a"] } });
    await count();
    await route("two", { detail: { kind: ["a", "b"] } });
    await count();
    await call("PutRule", { Name: "one", EventPattern: '{"detail":{"kind":["b"]}}' });
    await count();
    await call("DisableRule", { Name: "two" });
    await count();
    await call("EnableRule", { Name: "two" });
    await count();
    await call("RemoveTargets", { Rule: "two", Ids: ["1"] });
    await count();
    await call("DeleteRule", { Name: "two" });
    await count();
    expect(counts).toEqual([0, 1, 2, 1, 0, 1, 0, 0]);
  });

  test("a second service over the same store sees the same rules", async () => {
    const { store, clock, random, delivered, route, put } = bench();
    const sink = createRecordingSink();
    const ports = {
      store,
      clock,
      random,
      log: createMemoryLog(),
      sinks: { sqs: sink },
      http: createScriptedHttp(),
    };
    const other = serviceCaller<"events">(createEvents(ports), clock);
    await route("one", { source: ["app"] });
    await put({});
    await other("PutRule", { Name: "one", EventPattern: '{"source":["other"]}' });
    await put({});
    expect(await delivered()).toHaveLength(1);
  });
});

describe("targets", () => {
  test("get constant input, a part of the event, or a template", async () => {
    const { delivered, put, route } = bench();
    await route("a", { source: ["app"] }, { Input: '{"fixed":true}' });
    await route("b", { source: ["app"] }, { InputPath: "$.detail.items[0]" });
    await route(
      "c",
      { source: ["app"] },
      {
        InputTransformer: {
          InputPathsMap: { id: "$.detail.id" },
          InputTemplate: '{"order": <id>, "rule": "<aws.events.rule-name>"}',
        },
      },
    );
    await route("d", { source: ["app"] }, { InputPath: "$.detail.nothing" });
    await put({ id: 7, items: [{ sku: "x" }] });
    expect((await delivered()).map(({ envelope }) => envelope.payload)).toEqual([
      '{"fixed":true}',
      '{"sku":"x"}',
      '{"order": 7, "rule": "c"}',
      "null",
    ]);
  });

  test("that refuse send the event to their dead-letter queue", async () => {
    const { delivered, put, route } = bench();
    await route("one", { source: ["app"] }, { Arn: GONE, DeadLetterConfig: { Arn: QUEUE } });
    await route("two", { source: ["app"] }, { Arn: GONE });
    await put({ id: 7 });
    const [letter, ...others] = await delivered();
    expect(others).toEqual([]);
    expect(letter?.target).toBe(QUEUE);
    expect(JSON.parse(letter?.envelope.payload ?? "")).toMatchObject({ detail: { id: 7 } });
    expect(letter?.envelope.attributes).toEqual({
      RULE_ARN: { type: "String", value: "arn:aws:events:us-east-1:000000000000:rule/one" },
      TARGET_ARN: { type: "String", value: GONE },
      ERROR_CODE: { type: "String", value: "NO_RESOURCE" },
      ERROR_MESSAGE: { type: "String", value: "The queue does not exist." },
    });
  });

  test("that refuse without a dead-letter queue are told of in the engine's log", async () => {
    const { log, put, route } = bench();
    await route("one", { source: ["app"] }, { Arn: GONE });
    await put({ id: 7 });
    expect(log.records.map(({ level, fields }) => [level, fields])).toEqual([
      [
        "warn",
        {
          rule: "arn:aws:events:us-east-1:000000000000:rule/one",
          target: GONE,
          code: "QueueDoesNotExist",
          message: "The queue does not exist.",
        },
      ],
    ]);
  });

  test("are checked by PutTargets", async () => {
    const { call, route } = bench();
    await route("rule", { source: ["app"] });
    const refusal = (target: object): Promise<unknown> =>
      call("PutTargets", { Rule: "rule", Targets: [{ Id: "x", Arn: QUEUE, ...target }] }).then(
        () => "accepted",
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      );
    expect(await refusal({ Arn: "queue" })).toBe(
      "ValidationException: Parameter queue is not valid. " +
        "Reason: Provided Arn is not in correct format.",
    );
    expect(await refusal({ Arn: "arn:aws:ecs:us-east-1:000000000000:cluster/c" })).toBe(
      "NotImplemented: Millrace does not support the target type ecs:cluster of PutTargets.",
    );
    expect(await refusal({ EcsParameters: { TaskDefinitionArn: "a" } })).toMatch(
      "EcsParameters of PutTargets",
    );
    expect(await refusal({ Arn: `${QUEUE}.fifo` })).toMatch("SqsParameters must be specified");
    expect(await refusal({ Input: "{}", InputPath: "$" })).toBe(
      "ValidationException: Only one of Input, InputPath, or InputTransformer must be provided " +
        "for target x.",
    );
    expect(await refusal({ Input: "{" })).toMatch("JSON syntax error in input for target x");
    expect(await refusal({ InputTransformer: { InputTemplate: "<a>" } })).toBe(
      "ValidationException: InputTemplate for target x contains invalid placeholder a.",
    );
    expect(await refusal({ InputTransformer: { InputTemplate: "up" } })).toBe(
      "ValidationException: Invalid InputTemplate for target x : " +
        '[Source: (String)"up"; line: 1, column: 3].',
    );
    const many = Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn: QUEUE }));
    await expect(call("PutTargets", { Rule: "rule", Targets: many })).rejects.toMatchObject({
      code: "LimitExceededException",
    });
    expect((await call("ListTargetsByRule", { Rule: "rule" })).Targets).toEqual([
      { Id: "1", Arn: QUEUE },
    ]);
  });
});

describe("buses", () => {
  test("pass an event on once: a third bus does not get it", async () => {
    const { call, delivered, put, route } = bench();
    for (const name of ["b", "c"]) {
      await call("CreateEventBus", { Name: name });
      await route("queue", { source: ["app"] }, { Arn: `${QUEUE}-${name}` }, name);
    }
    await route("to-b", { source: ["app"] }, { Arn: `${BUS}b` });
    await route("to-c", { source: ["app"] }, { Arn: `${BUS}c` }, "b");
    await route("loop", { source: ["app"] }, { Arn: `${BUS}default` }, "b");
    await put({});
    expect((await delivered()).map(({ target }) => target)).toEqual([`${QUEUE}-b`]);
    await put({}, `${BUS}c`);
    const [direct] = await delivered();
    expect(direct?.target).toBe(`${QUEUE}-c`);
    expect(direct?.envelope.sourceArn).toBe("arn:aws:events:us-east-1:000000000000:rule/c/queue");
  });

  test("are created, described, changed, listed and deleted", async () => {
    const { call } = bench();
    const { EventBusArn } = await call("CreateEventBus", { Name: "one", Description: "first" });
    expect(EventBusArn).toBe(`${BUS}one`);
    await expect(call("CreateEventBus", { Name: "one" })).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
      message: "Event bus one already exists.",
    });
    await call("UpdateEventBus", { Name: "one", Description: "changed" });
    expect(await call("DescribeEventBus", { Name: `${BUS}one` })).toMatchObject({
      Name: "one",
      Description: "changed",
    });
    const names = async (input = {}): Promise<unknown> =>
      (await call("ListEventBuses", input)).EventBuses?.map(({ Name }) => Name);
    expect(await names()).toEqual(["default", "one"]);
    expect(await names({ NamePrefix: "o" })).toEqual(["one"]);
    await call("PutRule", { Name: "rule", EventBusName: "one", EventPattern: '{"source":["a"]}' });
    await expect(call("DeleteEventBus", { Name: "one" })).rejects.toMatchObject({
      message: "EventBus can't be deleted since it has rules.",
    });
    await call("DeleteRule", { Name: "rule", EventBusName: "one" });
    await call("DeleteEventBus", { Name: "one" });
    await call("DeleteEventBus", { Name: "one" });
    await expect(call("DescribeEventBus", { Name: "one" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Event bus one does not exist.",
    });
    await expect(call("DeleteEventBus", { Name: "default" })).rejects.toMatchObject({
      message: "Cannot delete event bus default.",
    });
  });

  test("keep their policy", async () => {
    const { call } = bench();
    const policy = async (): Promise<unknown> => {
      const text = (await call("DescribeEventBus", {})).Policy;
      return text === undefined ? undefined : JSON.parse(text);
    };
    await call("PutPermission", {
      StatementId: "other",
      Principal: "111122223333",
      Action: "events:PutEvents",
    });
    expect(await policy()).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "other",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "events:PutEvents",
          Resource: `${BUS}default`,
        },
      ],
    });
    await expect(call("RemovePermission", { StatementId: "x" })).rejects.toMatchObject({
      message: "Statement with the provided id does not exist.",
    });
    await call("RemovePermission", { StatementId: "other" });
    expect(await policy()).toBeUndefined();
    await call("PutPermission", { Policy: '{"Version":"2012-10-17","Statement":[]}' });
    expect(await policy()).toEqual({ Version: "2012-10-17", Statement: [] });
    await call("RemovePermission", { RemoveAllPermissions: true });
    await expect(call("RemovePermission", { StatementId: "x" })).rejects.toMatchObject({
      message: "EventBus does not have a policy.",
    });
  });
});
