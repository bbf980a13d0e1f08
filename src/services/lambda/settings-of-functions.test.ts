import { beforeEach, describe, expect, test } from "vitest";
import { createLambdaFixture, type LambdaFixture } from "../../testing/lambda-fixture.ts";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";
const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:orders";

let fixture: LambdaFixture;
let call: LambdaFixture["call"];

beforeEach(async () => {
  fixture = await createLambdaFixture();
  call = fixture.call;
  await fixture.createFunction("orders");
});

describe("permissions", () => {
  const add = (overrides: object) =>
    call("AddPermission", {
      FunctionName: "orders",
      StatementId: "one",
      Action: "lambda:InvokeFunction",
      Principal: "sns.amazonaws.com",
      ...overrides,
    });

  test("a statement has AWS's form", async () => {
    const { Statement } = await add({
      SourceArn: "arn:aws:sns:us-east-1:000000000000:t",
      SourceAccount: "000000000000",
    });
    expect(JSON.parse(Statement ?? "")).toEqual({
      Sid: "one",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: ARN,
      Condition: {
        StringEquals: { "AWS:SourceAccount": "000000000000" },
        ArnLike: { "AWS:SourceArn": "arn:aws:sns:us-east-1:000000000000:t" },
      },
    });
    const { Policy } = await call("GetPolicy", { FunctionName: "orders" });
    expect(JSON.parse(Policy ?? "")).toEqual({
      Version: "2012-10-17",
      Id: "default",
      Statement: [JSON.parse(Statement ?? "")],
    });
  });

  test("principals are services, accounts, ARNs or everybody", async () => {
    const principalOf = async (StatementId: string, Principal: string) => {
      const { Statement } = await add({ StatementId, Principal });
      return JSON.parse(Statement ?? "").Principal;
    };
    expect(await principalOf("a", "123456789012")).toEqual({
      AWS: "arn:aws:iam::123456789012:root",
    });
    expect(await principalOf("b", "arn:aws:iam::123456789012:role/r")).toEqual({
      AWS: "arn:aws:iam::123456789012:role/r",
    });
    expect(await principalOf("c", "*")).toBe("*");
    await expect(principalOf("d", "amazonaws.com")).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: "The provided principal was invalid. Please check the principal and try again.",
    });
    await expect(principalOf("d", "arn:aws:iam:1:role/r")).rejects.toThrow(
      "The provided input'arn:aws:iam:1:role/r'was invalid. Member must satisfy expression: [\\w+=,.@-]* Please check your input and try again.",
    );
  });

  test("a second statement of the same id, and one that is not there, are refused", async () => {
    await expect(call("GetPolicy", { FunctionName: "orders" })).rejects.toThrow(
      "The resource you requested does not exist.",
    );
    await add({});
    await expect(add({})).rejects.toMatchObject({
      code: "ResourceConflictException",
      message:
        "The statement id (one) provided already exists. Please provide a new statement id, or remove the existing statement.",
    });
    const remove = (StatementId: string) =>
      call("RemovePermission", { FunctionName: "orders", StatementId });
    await expect(remove("two")).rejects.toThrow("Statement two is not found in resource policy.");
    await remove("one");
    await expect(call("GetPolicy", { FunctionName: "orders" })).rejects.toThrow(
      "The resource you requested does not exist.",
    );
  });
});

describe("event invoke configuration", () => {
  const names = { FunctionName: "orders" };

  test("put replaces, update changes, delete removes", async () => {
    const put = await call("PutFunctionEventInvokeConfig", {
      ...names,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    expect(put).toEqual({
      LastModified: new Date(fixture.clock.nowMs()),
      FunctionArn: `${ARN}:$LATEST`,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: QUEUE_ARN } },
    });
    const updated = await call("UpdateFunctionEventInvokeConfig", {
      ...names,
      MaximumEventAgeInSeconds: 60,
    });
    expect(updated).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    await call("PutFunctionEventInvokeConfig", { ...names, MaximumRetryAttempts: 0 });
    const replaced = await call("GetFunctionEventInvokeConfig", names);
    expect(replaced.MaximumEventAgeInSeconds).toBeUndefined();
    expect(
      (await call("ListFunctionEventInvokeConfigs", names)).FunctionEventInvokeConfigs,
    ).toEqual([replaced]);
    await call("DeleteFunctionEventInvokeConfig", names);
    await expect(call("GetFunctionEventInvokeConfig", names)).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: `The function ${ARN}:$LATEST doesn't have an EventInvokeConfig`,
    });
  });

  test("refuses destinations that cannot be", async () => {
    const put = (Destination: string) =>
      call("PutFunctionEventInvokeConfig", {
        ...names,
        DestinationConfig: { OnFailure: { Destination } },
      });
    await expect(put("nowhere")).rejects.toThrow("failed to satisfy constraint");
    await expect(put(ARN)).rejects.toThrow(
      "You can't specify the function as a destination for itself.",
    );
    await expect(put("arn:aws:s3:::bucket")).resolves.toBeDefined();
    await expect(put("arn:aws:dynamodb:us-east-1:000000000000:table/t")).rejects.toMatchObject({
      code: "InvalidParameterValueException",
    });
  });
});

describe("tags", () => {
  test("are kept with functions and mappings", async () => {
    await fixture.sqs("CreateQueue", { QueueName: "orders" });
    const { EventSourceMappingArn = "" } = await call("CreateEventSourceMapping", {
      FunctionName: "orders",
      EventSourceArn: QUEUE_ARN,
      Tags: { a: "1" },
    });
    for (const Resource of [ARN, EventSourceMappingArn]) {
      await call("TagResource", { Resource, Tags: { b: "2", c: "3" } });
      await call("UntagResource", { Resource, TagKeys: ["c"] });
    }
    expect((await call("ListTags", { Resource: ARN })).Tags).toEqual({ b: "2" });
    expect((await call("ListTags", { Resource: EventSourceMappingArn })).Tags).toEqual({
      a: "1",
      b: "2",
    });
    expect((await call("GetFunction", { FunctionName: "orders" })).Tags).toEqual({ b: "2" });
  });
});

describe("event source mappings", () => {
  const create = (overrides: object = {}) =>
    call("CreateEventSourceMapping", {
      FunctionName: "orders",
      EventSourceArn: QUEUE_ARN,
      ...overrides,
    });

  beforeEach(() => fixture.sqs("CreateQueue", { QueueName: "orders" }));

  test("pass through their states", async () => {
    const created = await create();
    expect(created).toEqual({
      UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      EventSourceArn: QUEUE_ARN,
      FunctionArn: ARN,
      LastModified: new Date(fixture.clock.nowMs()),
      State: "Creating",
      StateTransitionReason: "USER_INITIATED",
      FunctionResponseTypes: [],
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${created.UUID}`,
    });
    const UUID = created.UUID ?? "";
    const state = async () => {
      await fixture.clock.advance(0);
      return (await call("GetEventSourceMapping", { UUID })).State;
    };
    expect(await state()).toBe("Enabled");
    const update = async (input: object) =>
      (await call("UpdateEventSourceMapping", { UUID, ...input })).State;
    expect(await update({ Enabled: false })).toBe("Disabling");
    expect(await state()).toBe("Disabled");
    expect(await update({ BatchSize: 5 })).toBe("Updating");
    expect(await state()).toBe("Disabled");
    expect(await update({ Enabled: true })).toBe("Enabling");
    expect(await state()).toBe("Enabled");
    const [deleted, again] = await Promise.allSettled([
      call("DeleteEventSourceMapping", { UUID }),
      call("DeleteEventSourceMapping", { UUID }),
    ]);
    expect(deleted).toMatchObject({ value: { State: "Deleting" } });
    expect(again).toMatchObject({ reason: { code: "ResourceInUseException" } });
    await expect(state()).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      status: 404,
      message: "The resource you requested does not exist.",
    });
  });

  test("are listed by function and by queue, in pages", async () => {
    await fixture.createFunction("other");
    await fixture.sqs("CreateQueue", { QueueName: "second" });
    await create();
    await create({ FunctionName: "other" });
    await create({ EventSourceArn: QUEUE_ARN.replace(/orders$/, "second") });
    const count = async (input: object) =>
      (await call("ListEventSourceMappings", input)).EventSourceMappings?.length;
    expect(await count({})).toBe(3);
    expect(await count({ FunctionName: "orders" })).toBe(2);
    expect(await count({ EventSourceArn: QUEUE_ARN })).toBe(2);
    expect(await count({ EventSourceArn: QUEUE_ARN, FunctionName: ARN })).toBe(1);
    const first = await call("ListEventSourceMappings", { MaxItems: 2 });
    expect(await count({ Marker: first.NextMarker })).toBe(1);
  });

  test("refuse what AWS refuses", async () => {
    const { UUID } = await create();
    await expect(create()).rejects.toMatchObject({
      code: "ResourceConflictException",
      message: `The event source arn (" ${QUEUE_ARN} ") and function (" orders ") provided mapping already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    });
    await fixture.createFunction("slow", { Timeout: 60 });
    await expect(create({ FunctionName: "slow" })).rejects.toThrow(
      "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
    );
    await expect(create({ EventSourceArn: `${QUEUE_ARN}x` })).rejects.toThrow(
      "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
    );
    await expect(create({ BatchSize: 11 })).rejects.toThrow(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
    await expect(
      create({ EventSourceArn: `${QUEUE_ARN}.fifo`, MaximumBatchingWindowInSeconds: 1 }),
    ).rejects.toThrow("Batching window is not supported for FIFO queues");
    await expect(create({ FilterCriteria: { Filters: [{ Pattern: "{" }] } })).rejects.toThrow(
      "Invalid filter pattern definition.",
    );
    await expect(create({ FunctionName: "missing" })).rejects.toThrow("Function not found");
  });
});
