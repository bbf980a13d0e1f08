import { describe, expect, test } from "vitest";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { viewStack } from "./stack-view.ts";

const ANSWERS: Readonly<Record<string, unknown>> = {
  ListStackResources: {
    StackResourceSummaries: [
      {
        LogicalResourceId: "Api",
        ResourceType: "AWS::ApiGatewayV2::Api",
        PhysicalResourceId: "abc",
        ResourceStatus: "CREATE_COMPLETE",
      },
      {
        LogicalResourceId: "Inbox",
        ResourceType: "AWS::SQS::Queue",
        PhysicalResourceId: "http://127.0.0.1:1/000000000000/inbox",
        ResourceStatus: "UPDATE_COMPLETE",
      },
      {
        LogicalResourceId: "HookUrl",
        ResourceType: "AWS::Lambda::Url",
        PhysicalResourceId: "arn:aws:lambda:us-east-1:000000000000:function:hook:live",
        ResourceStatus: "CREATE_COMPLETE",
      },
      {
        LogicalResourceId: "Gone",
        ResourceType: "AWS::SQS::Queue",
        PhysicalResourceId: "http://127.0.0.1:1/000000000000/gone",
        ResourceStatus: "DELETE_COMPLETE",
      },
    ],
  },
  GetStages: { Items: [{ StageName: "$default" }, { StageName: "beta" }] },
  GetFunctionUrlConfig: { FunctionUrl: "http://abc123.lambda-url.us-east-1.localhost:1/" },
  GetRoutes: { Items: [{ RouteKey: "POST /orders" }] },
};

const answer = async (_caller: unknown, _service: unknown, operation: string): Promise<unknown> =>
  ANSWERS[operation];
const dispatcher: Dispatcher = { callByName: answer, call: answer as Dispatcher["call"] };
const options = {
  dispatcher,
  caller: { accountId: "000000000000", region: "us-east-1" },
  endpoint: "http://127.0.0.1:4566",
};

describe("stack view", () => {
  test("endpoints: each stage of an API in both forms, and queues and functions at the engine's port", async () => {
    const { endpoints, resources } = await viewStack(options, {
      StackName: "s",
      StackStatus: "CREATE_COMPLETE",
      CreationTime: new Date(0),
    });
    expect(endpoints).toEqual([
      {
        logicalId: "Api",
        urls: [
          "http://127.0.0.1:4566/_api/abc",
          "http://abc.execute-api.localhost:4566",
          "http://127.0.0.1:4566/_api/abc/beta",
          "http://abc.execute-api.localhost:4566/beta",
        ],
        routes: ["POST /orders"],
      },
      { logicalId: "Inbox", urls: ["http://127.0.0.1:4566/000000000000/inbox"], routes: [] },
      {
        logicalId: "HookUrl",
        urls: [
          "http://127.0.0.1:4566/_url/abc123/",
          "http://abc123.lambda-url.us-east-1.localhost:4566/",
        ],
        routes: [],
      },
    ]);
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(["Api", "Inbox", "HookUrl"]);
  });

  test("outputs: an address on AWS, or of an earlier start, leads to this engine", async () => {
    const values = [
      "https://abc.execute-api.eu-west-1.amazonaws.com/beta/orders",
      "http://localhost:1/000000000000/inbox",
      "http://127.0.0.1:4566/000000000000/inbox",
      "https://example.com/000000000000/inbox",
      "http://abc123.lambda-url.us-east-1.localhost:1/orders",
    ];
    const { outputs } = await viewStack(options, {
      StackName: "s",
      StackStatus: "CREATE_COMPLETE",
      CreationTime: new Date(0),
      Outputs: values.map((OutputValue) => ({ OutputKey: "Url", OutputValue })),
    });
    expect(outputs.map(({ local }) => local)).toEqual([
      "http://127.0.0.1:4566/_api/abc/beta/orders",
      "http://127.0.0.1:4566/000000000000/inbox",
      undefined,
      undefined,
      "http://127.0.0.1:4566/_url/abc123/orders",
    ]);
  });
});
