/** What functions cost: cold, warm, behind an HTTP API, and behind a queue. */
import { Agent, request } from "node:http";
import {
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { callJson, sendAll } from "./load.ts";
import type { RequestCase } from "./request-cases.ts";

const TEMPLATE = {
  AWSTemplateFormatVersion: "2010-09-09",
  Transform: "AWS::Serverless-2016-10-31",
  Resources: {
    Api: { Type: "AWS::Serverless::HttpApi" },
    Echo: {
      Type: "AWS::Serverless::Function",
      Properties: {
        FunctionName: "bench-echo",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        InlineCode: "exports.handler = async (event) => ({ ok: true });",
        Events: {
          Get: {
            Type: "HttpApi",
            Properties: { ApiId: { Ref: "Api" }, Path: "/echo", Method: "POST" },
          },
        },
      },
    },
    Sdk: {
      Type: "AWS::Serverless::Function",
      Properties: {
        FunctionName: "bench-sdk",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Timeout: 30,
        InlineCode:
          'const { DynamoDBClient } = require("@aws-sdk/client-dynamodb"); ' +
          "const client = new DynamoDBClient({}); exports.handler = async () => client !== undefined;",
      },
    },
    Later: {
      Type: "AWS::Serverless::Function",
      Properties: {
        FunctionName: "bench-later",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        InlineCode: "exports.handler = async () => true;",
        EventInvokeConfig: {
          DestinationConfig: {
            OnSuccess: { Type: "SQS", Destination: { "Fn::GetAtt": ["Done", "Arn"] } },
          },
        },
      },
    },
    Done: { Type: "AWS::SQS::Queue", Properties: { QueueName: "bench-done" } },
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "bench-drain" } },
    Consumer: {
      Type: "AWS::Serverless::Function",
      Properties: {
        FunctionName: "bench-consumer",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        InlineCode: "exports.handler = async () => ({ batchItemFailures: [] });",
        Events: {
          Queue: {
            Type: "SQS",
            Properties: {
              Queue: { "Fn::GetAtt": ["Queue", "Arn"] },
              BatchSize: 10,
              FunctionResponseTypes: ["ReportBatchItemFailures"],
            },
          },
        },
      },
    },
  },
  Outputs: { ApiId: { Value: { Ref: "Api" } } },
};

const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/${service}/aws4_request, Signature=0`;

const FORM = {
  "content-type": "application/x-www-form-urlencoded",
  authorization: authorization("cloudformation"),
};

const INVOKE = {
  "content-type": "application/json",
  "x-amz-log-type": "Tail",
  authorization: authorization("lambda"),
};

async function cloudFormation(endpoint: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Version: "2010-05-15", ...fields }).toString();
  const response = await fetch(endpoint, { method: "POST", headers: FORM, body });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return text;
}

const invokeUrl = (endpoint: string, name: string): string =>
  `${endpoint}/2015-03-31/functions/${name}/invocations`;

/** Of functions that `deployFunctions` has deployed. */
export const INVOKE_CASES: readonly RequestCase[] = [
  {
    name: "Lambda Invoke",
    async prepare(endpoint) {
      return { url: invokeUrl(endpoint, "bench-echo"), headers: INVOKE, body: "{}" };
    },
  },
];

/** Deploys the functions that are measured; resolves with the id of the HTTP API. */
export async function deployFunctions(endpoint: string): Promise<string> {
  const text = await deployStack(endpoint, "bench", TEMPLATE);
  return /<OutputValue>(\w+)</.exec(text)?.[1] ?? "";
}

/** Resolves with the description of the stack once it is complete. */
export async function deployStack(
  endpoint: string,
  StackName: string,
  template: object,
): Promise<string> {
  await cloudFormation(endpoint, {
    Action: "CreateStack",
    StackName,
    TemplateBody: JSON.stringify(template),
    "Capabilities.member.1": "CAPABILITY_IAM",
    "Capabilities.member.2": "CAPABILITY_AUTO_EXPAND",
  });
  for (;;) {
    const text = await cloudFormation(endpoint, { Action: "DescribeStacks", StackName });
    const status = /<StackStatus>(\w+)</.exec(text)?.[1] ?? "";
    if (status === "CREATE_COMPLETE") {
      return text;
    }
    if (!status.endsWith("_IN_PROGRESS")) {
      throw new Error(`the stack ${StackName} ended in ${status}`);
    }
    await pause(50);
  }
}

export interface InvokeTimes {
  readonly coldMs: number;
  readonly coldInitMs: number;
  readonly warmP50Ms: number;
  readonly warmP99Ms: number;
  /** What of the warm median the function itself took, by its REPORT lines. */
  readonly warmHandlerP50Ms: number;
}

const WARM_CALLS = 2_000;

export async function measureInvokes(endpoint: string): Promise<InvokeTimes> {
  const lambda = new LambdaClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "bench" },
  });
  const call = () => new InvokeCommand({ FunctionName: "bench-echo", LogType: "Tail" });
  const started = performance.now();
  const cold = await lambda.send(call());
  const coldMs = performance.now() - started;
  const times: number[] = [];
  const handler: number[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let index = 0; index < WARM_CALLS; index += 1) {
    const before = performance.now();
    const log = await warmCall(invokeUrl(endpoint, "bench-echo"), agent);
    times.push(performance.now() - before);
    handler.push(reported(log, "Duration"));
  }
  return {
    coldMs,
    coldInitMs: reported(cold.LogResult ?? "", "Init Duration"),
    warmP50Ms: percentile(times, 0.5),
    warmP99Ms: percentile(times, 0.99),
    warmHandlerP50Ms: percentile(handler, 0.5),
  };
}

/** With as little of a client as there is: the SDK takes longer than the engine. */
function warmCall(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", headers: INVOKE, agent }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode === 200) {
          resolve(String(answer.headers["x-amz-log-result"]));
        } else {
          reject(new Error(`the invocation was answered with ${answer.statusCode}`));
        }
      });
    });
    call.on("error", reject);
    call.end("{}");
  });
}

const COLD_STARTS = 10;
/** A variable that is read at the start of Node.js keeps a process that waits from being taken. */
const WITHOUT_POOL = { NODE_OPTIONS: "--no-deprecation" };

/** The median init phase in milliseconds: with the pool and without, empty and with an SDK client. */
export async function measureColdStarts(endpoint: string): Promise<Record<string, number>> {
  const credentials = { accessKeyId: "000000000000", secretAccessKey: "bench" };
  const lambda = new LambdaClient({ endpoint, region: "us-east-1", credentials });
  const medians: Record<string, number> = {};
  for (const FunctionName of ["bench-echo", "bench-sdk"]) {
    for (const [kind, variables] of [
      ["pool", {}],
      ["noPool", WITHOUT_POOL],
    ] as const) {
      const times: number[] = [];
      for (let index = 0; index < COLD_STARTS; index += 1) {
        const Variables = { ...variables, RUN: `${kind}${index}` };
        await lambda.send(
          new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
        );
        const { LogResult } = await lambda.send(
          new InvokeCommand({ FunctionName, LogType: "Tail" }),
        );
        times.push(reported(LogResult ?? "", "Init Duration"));
      }
      medians[`${FunctionName.replace("bench-", "")} ${kind} ms`] = percentile(times, 0.5);
    }
  }
  return medians;
}

const ASYNC_EVENTS = 5_000;

export interface AsyncFigures {
  readonly acceptedPerSecond: number;
  /** Until the last has run and its success is in the queue that hears of it. */
  readonly donePerSecond: number;
}

/** Asynchronous invocations, each with a destination. */
export async function measureAsync(endpoint: string): Promise<AsyncFigures> {
  const started = performance.now();
  const acceptedPerSecond = await sendAll({
    url: invokeUrl(endpoint, "bench-later"),
    headers: { ...INVOKE, "x-amz-invocation-type": "Event" },
    body: "{}",
    connections: 32,
    count: ASYNC_EVENTS,
  });
  const QueueUrl = await queueUrl(endpoint, "bench-done");
  await countReaches(endpoint, QueueUrl, ASYNC_EVENTS);
  return {
    acceptedPerSecond,
    donePerSecond: ASYNC_EVENTS / ((performance.now() - started) / 1000),
  };
}

const DRAIN_MESSAGES = 10_000;

/** Messages a second from a full queue through a function, batches of ten. */
export async function measureDrain(endpoint: string): Promise<number> {
  const QueueUrl = await queueUrl(endpoint, "bench-drain");
  const started = performance.now();
  for (let sent = 0; sent < DRAIN_MESSAGES; sent += 500) {
    await Promise.all(
      Array.from({ length: 50 }, () =>
        callJson(endpoint, "sqs", "AmazonSQS.SendMessageBatch", {
          QueueUrl,
          Entries: Array.from({ length: 10 }, (_, id) => ({ Id: String(id), MessageBody: "{}" })),
        }),
      ),
    );
  }
  await countReaches(endpoint, QueueUrl, 0);
  return DRAIN_MESSAGES / ((performance.now() - started) / 1000);
}

async function queueUrl(endpoint: string, QueueName: string): Promise<string> {
  const { QueueUrl } = await callJson(endpoint, "sqs", "AmazonSQS.GetQueueUrl", { QueueName });
  return QueueUrl as string;
}

/** Waits until a queue holds that many messages, those in flight included. */
async function countReaches(endpoint: string, QueueUrl: string, wanted: number): Promise<void> {
  for (;;) {
    const { Attributes } = await callJson(endpoint, "sqs", "AmazonSQS.GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["All"],
    });
    const counts = Attributes as Record<string, string>;
    const count =
      Number(counts["ApproximateNumberOfMessages"]) +
      Number(counts["ApproximateNumberOfMessagesNotVisible"]);
    if (count === wanted) {
      return;
    }
    await pause(20);
  }
}

function reported(logBase64: string, field: string): number {
  const log = Buffer.from(logBase64, "base64").toString("utf8");
  return Number(new RegExp(`\\b${field}: ([\\d.]+) ms`).exec(log)?.[1] ?? Number.NaN);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
