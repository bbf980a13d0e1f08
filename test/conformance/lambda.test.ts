import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvalidParameterValueException,
  InvalidRequestContentException,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  paginateListFunctions,
  ResourceConflictException,
  ResourceNotFoundException,
  TooManyRequestsException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
const lambda = new LambdaClient(engine.config);
const sqs = new SQSClient(engine.config);
const FunctionName = "echo";
const waiting = { client: lambda, maxWaitTime: 20, minDelay: 1 };

/** Answers what it was given, and fails or writes to a queue when the event says so. */
const SOURCE = `
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
const sqs = new SQSClient();
exports.handler = async (event, context) => {
  console.log("event", JSON.stringify(event));
  if (event.fail) throw new TypeError(event.fail);
  for (const record of event.Records ?? [event]) {
    if (record.body) {
      const MessageBody = "seen " + record.body;
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody }));
    }
  }
  return { event, version: context.functionVersion, stage: process.env.STAGE };
};`;

async function createFunction(name: string, handler = "index.handler") {
  return await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs20.x",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Handler: handler,
      Timeout: 20,
      Code: { ZipFile: await zipOf("index.js", SOURCE) },
    }),
  );
}

async function invoke(payload: unknown, InvocationType: "Event" | "RequestResponse" | "DryRun") {
  const { Payload, ...rest } = await lambda.send(
    new InvokeCommand({
      FunctionName,
      InvocationType,
      LogType: InvocationType === "RequestResponse" ? "Tail" : "None",
      Payload: JSON.stringify(payload),
    }),
  );
  const text = Payload?.transformToString() ?? "";
  return { ...rest, answer: text === "" ? undefined : JSON.parse(text) };
}

let results: string | undefined;

beforeAll(async () => {
  const queue = await sqs.send(new CreateQueueCommand({ QueueName: "results" }));
  results = queue.QueueUrl;
  await createFunction(FunctionName);
  await waitUntilFunctionActiveV2(waiting, { FunctionName });
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Environment: { Variables: { RESULTS: results ?? "", STAGE: "test" } },
    }),
  );
  await waitUntilFunctionUpdatedV2(waiting, { FunctionName });
});

async function nextResult(): Promise<string | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: results, WaitTimeSeconds: 20 }),
  );
  return Messages[0]?.Body;
}

test("invoke: answers, shows the log's tail, and reports what the handler threw", async () => {
  const good = await invoke({ a: "ü" }, "RequestResponse");
  expect(good).toMatchObject({
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    answer: { event: { a: "ü" }, version: "$LATEST", stage: "test" },
  });
  expect(good.FunctionError).toBeUndefined();
  const tail = Buffer.from(good.LogResult ?? "", "base64").toString();
  expect(tail).toMatch(/^START RequestId: /);
  expect(tail).toContain('event {"a":"ü"}');
  expect(tail).toContain("REPORT RequestId: ");
  expect(await invoke({ fail: "no" }, "RequestResponse")).toMatchObject({
    StatusCode: 200,
    FunctionError: "Unhandled",
    answer: { errorType: "TypeError", errorMessage: "no", trace: expect.any(Array) },
  });
  expect(await invoke({}, "DryRun")).toMatchObject({ StatusCode: 204 });
});

test("invoke: runs events later, and functions reach the engine with no change", async () => {
  expect(await invoke({ body: "async" }, "Event")).toMatchObject({ StatusCode: 202 });
  expect(await nextResult()).toBe("seen async");
});

test("event source mapping: feeds messages of a queue to the function", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "work" }));
  const created = await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName,
      EventSourceArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:work`,
      BatchSize: 5,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    }),
  );
  const { UUID } = created;
  expect(created).toMatchObject({ BatchSize: 5, State: "Creating" });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "from a queue" }));
  expect(await nextResult()).toBe("seen from a queue");
  expect(await lambda.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
    State: "Enabled",
    FunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FunctionName}`,
  });
  const deleted = await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  expect(deleted.State).toBe("Deleting");
});

test("provisioned concurrency: runs apart from what the account has unreserved", async () => {
  const name = "provisioned";
  await createFunction(name);
  const unreserved = async () =>
    (await lambda.send(new GetAccountSettingsCommand({}))).AccountLimit
      ?.UnreservedConcurrentExecutions ?? 0;
  const before = await unreserved();
  const { Version: Qualifier = "" } = await lambda.send(
    new PublishVersionCommand({ FunctionName: name }),
  );
  await waitUntilPublishedVersionActive(waiting, { FunctionName: name, Qualifier });
  const target = { FunctionName: name, Qualifier };
  await lambda.send(
    new PutProvisionedConcurrencyConfigCommand({ ...target, ProvisionedConcurrentExecutions: 1 }),
  );
  await expect
    .poll(
      async () => (await lambda.send(new GetProvisionedConcurrencyConfigCommand(target))).Status,
    )
    .toBe("READY");
  expect(await unreserved()).toBe(before - 1);
  const { ExecutedVersion } = await lambda.send(new InvokeCommand(target));
  expect(ExecutedVersion).toBe(Qualifier);
  await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
  expect(await unreserved()).toBe(before);
});

test("event source mapping: is refused and shown as the SDK knows it, in provisioned mode", async () => {
  const name = "pollers";
  await createFunction(name);
  await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const request = {
    FunctionName: name,
    EventSourceArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
  };
  await expect(
    lambda.send(new CreateEventSourceMappingCommand({ ...request, StartingPosition: "LATEST" })),
  ).rejects.toThrow(InvalidParameterValueException);
  const ProvisionedPollerConfig = { MinimumPollers: 2, MaximumPollers: 4 };
  const MetricsConfig = { Metrics: ["EventCount" as const] };
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({ ...request, ProvisionedPollerConfig, MetricsConfig }),
  );
  await expect
    .poll(() => lambda.send(new GetEventSourceMappingCommand({ UUID })))
    .toMatchObject({ State: "Enabled", ProvisionedPollerConfig, MetricsConfig });
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
});

test("functions: have code, permissions, concurrency and pages", async () => {
  await createFunction("other");
  const pages = await pagesOf(paginateListFunctions({ client: lambda, pageSize: 1 }, {}));
  const names = pages.flatMap(({ Functions = [] }) => Functions.map((item) => item.FunctionName));
  expect(names).toEqual(["echo", "other"]);
  const updated = await lambda.send(
    new UpdateFunctionCodeCommand({
      FunctionName: "other",
      ZipFile: await zipOf("index.js", "exports.handler = async () => 2;"),
    }),
  );
  const { Configuration, Code } = await lambda.send(
    new GetFunctionCommand({ FunctionName: "other" }),
  );
  expect(Configuration?.CodeSha256).toBe(updated.CodeSha256);
  const download = await fetch(Code?.Location ?? "");
  expect((await download.arrayBuffer()).byteLength).toBe(updated.CodeSize);
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: "other",
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
    }),
  );
  const { Policy = "" } = await lambda.send(new GetPolicyCommand({ FunctionName: "other" }));
  expect(JSON.parse(Policy).Statement).toMatchObject([{ Sid: "s", Effect: "Allow" }]);
  await lambda.send(
    new PutFunctionConcurrencyCommand({
      FunctionName: "other",
      ReservedConcurrentExecutions: 0,
    }),
  );
  await expect(lambda.send(new InvokeCommand({ FunctionName: "other" }))).rejects.toThrow(
    TooManyRequestsException,
  );
  await lambda.send(new DeleteFunctionCommand({ FunctionName: "other" }));
  await expect(lambda.send(new InvokeCommand({ FunctionName: "other" }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test("errors: are the classes of the SDK", async () => {
  await expect(createFunction(FunctionName)).rejects.toThrow(ResourceConflictException);
  await expect(lambda.send(new InvokeCommand({ FunctionName, Payload: "{" }))).rejects.toThrow(
    InvalidRequestContentException,
  );
  await expect(
    lambda.send(
      new CreateFunctionCommand({
        FunctionName: "bad",
        Runtime: "nodejs20.x",
        Role: `arn:aws:iam::${ACCOUNT}:role/any`,
        Handler: "index.handler",
        Code: { ZipFile: Buffer.from("not a zip file") },
      }),
    ),
  ).rejects.toThrow(InvalidParameterValueException);
});
