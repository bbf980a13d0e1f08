/**
 * Custom resources with real providers: inline functions in Node.js and Python, a topic, and code
 * that takes the `ResponseURL` for one of S3. The last test goes on after the engine has stopped.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from "@aws-sdk/client-cloudformation";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { createCloud } from "../../src/app/cloud.ts";
import { createRuntimes } from "../../src/functions/runtimes/runtimes.ts";
import { startEngine } from "./engine.ts";

const engine = await startEngine();
const stacks = new CloudFormationClient(engine.config);
const waiting = { client: stacks, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
const python = await createRuntimes({ interpreters: {} })
  .find("python3.9")
  .catch(() => undefined);

const ROLE = "arn:aws:iam::123456789012:role/any";

function provider(runtime: string, code: string): string {
  const indented = code.trim().replaceAll("\n", "\n          ");
  return `
Parameters:
  Version: { Type: String, Default: "1" }
Resources:
  Provider:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: ${runtime}
      Handler: index.handler
      Role: ${ROLE}
      Code:
        ZipFile: |
          ${indented}
  Thing:
    Type: Custom::Thing
    Properties: { ServiceToken: !GetAtt Provider.Arn, Version: !Ref Version, Flag: true }
Outputs:
  Id: { Value: !Ref Thing }
  Said: { Value: !GetAtt Thing.Said }
`;
}

/** As the CDK's providers answer. */
const BY_HTTPS = `
const https = require("https");
exports.handler = async (event) => {
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const body = JSON.stringify({
    ...{ Status: "SUCCESS", PhysicalResourceId: "thing", Data: { Said: "by https" } },
    ...{ StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: "Thing" },
  });
  const headers = { "content-type": "", "content-length": body.length };
  await new Promise((resolve, reject) => {
    const options = { hostname, path: pathname + search, method: "PUT", headers };
    https.request(options, resolve).on("error", reject).end(body);
  });
};`;

const BY_MODULE = `
const response = require("cfn-response");
exports.handler = (event, context) => {
  const { Version, Flag } = event.ResourceProperties;
  const { Version: old } = event.OldResourceProperties || {};
  const Said = [event.RequestType, Version, typeof Flag, old].join(" ");
  console.log(JSON.stringify([event.RequestType, event.PhysicalResourceId]));
  response.send(event, context, response.SUCCESS, { Said }, "thing-" + Version);
};`;

const BY_PYTHON = `
import cfnresponse
def handler(event, context):
    if event["RequestType"] == "Create" and event["ResourceProperties"]["Version"] == "bad":
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, "half", reason="no luck")
    else:
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Said": "by Python"}, "thing")`;

async function outputsOf(StackName: string): Promise<Record<string, string | undefined>> {
  const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
}

function version(ParameterValue: string) {
  return [{ ParameterKey: "Version", ParameterValue }];
}

test("Node.js with cfn-response: created, replaced, deleted", async () => {
  const StackName = "by-module";
  const TemplateBody = provider("nodejs20.x", BY_MODULE);
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody }));
  await waitUntilStackCreateComplete(waiting, { StackName });
  expect(await outputsOf(StackName)).toEqual({ Id: "thing-1", Said: "Create 1 string " });
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody, Parameters: version("2") }));
  await waitUntilStackUpdateComplete(waiting, { StackName });
  expect(await outputsOf(StackName)).toEqual({ Id: "thing-2", Said: "Update 2 string 1" });
  const { StackEvents: events = [] } = await stacks.send(
    new DescribeStackEventsCommand({ StackName }),
  );
  const deleted = events.filter(({ ResourceStatus }) => ResourceStatus === "DELETE_COMPLETE");
  expect(deleted.map(({ PhysicalResourceId: id }) => id)).toEqual(["thing-1"]);
  await stacks.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(waiting, { StackName });
});

test("Node.js with https to port 443: created, deleted", async () => {
  const StackName = "by-https";
  const TemplateBody = provider("nodejs20.x", BY_HTTPS);
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody }));
  await waitUntilStackCreateComplete(waiting, { StackName });
  expect(await outputsOf(StackName)).toEqual({ Id: "thing", Said: "by https" });
  await stacks.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(waiting, { StackName });
});

test.skipIf(!python)(
  "Python with cfnresponse: created; failed, rolled back (skipped where there is no Python)",
  async () => {
    const TemplateBody = provider("python3.9", BY_PYTHON);
    await stacks.send(new CreateStackCommand({ StackName: "by-python", TemplateBody }));
    await waitUntilStackCreateComplete(waiting, { StackName: "by-python" });
    expect(await outputsOf("by-python")).toEqual({ Id: "thing", Said: "by Python" });
    const StackName = "bad-python";
    await stacks.send(
      new CreateStackCommand({ StackName, TemplateBody, Parameters: version("bad") }),
    );
    await expect(waitUntilStackCreateComplete(waiting, { StackName })).rejects.toThrow(
      "ROLLBACK_COMPLETE",
    );
    const { StackEvents: events = [] } = await stacks.send(
      new DescribeStackEventsCommand({ StackName }),
    );
    const failed = events.find(({ ResourceStatus }) => ResourceStatus === "CREATE_FAILED");
    expect(failed?.ResourceStatusReason).toMatch(
      /^Received response status \[FAILED\] from custom resource\. Message returned: no luck \(RequestId: /,
    );
    expect(failed?.PhysicalResourceId).toBe("half");
  },
);

test("a topic: its subscriber answers", async () => {
  const StackName = "by-topic";
  const inner = BY_HTTPS.replace(
    "async (event) => {",
    "async ({ Records: [{ Sns }] }) => { const event = JSON.parse(Sns.Message);",
  ).replace('"by https"', "Sns.Subject");
  const TemplateBody = `${provider("nodejs20.x", inner)
    .replace("!GetAtt Provider.Arn", "!Ref Topic")
    .replace(
      "Properties: { ServiceToken",
      "DependsOn: [Subscription, Permission]\n    Properties: { ServiceToken",
    )
    .replace(
      "Outputs:",
      `  Topic: { Type: AWS::SNS::Topic }
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: { TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Provider.Arn }
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      { Action: "lambda:InvokeFunction", FunctionName: !Ref Provider, Principal: sns.amazonaws.com }
Outputs:`,
    )}`;
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody }));
  await waitUntilStackCreateComplete(waiting, { StackName });
  expect((await outputsOf(StackName))["Said"]).toBe("AWS CloudFormation custom resource request");
});

test("an alias of a function: is asked, in its version", async () => {
  const StackName = "by-alias";
  const code = BY_HTTPS.replace('"by https"', "process.env.AWS_LAMBDA_FUNCTION_VERSION");
  const TemplateBody = provider("nodejs20.x", code)
    .replace("!GetAtt Provider.Arn", "!Ref Live")
    .replace(
      "Outputs:",
      `  Release: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Provider } }
  Live:
    Type: AWS::Lambda::Alias
    Properties: { FunctionName: !Ref Provider, FunctionVersion: !GetAtt Release.Version, Name: live }
Outputs:`,
    );
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody }));
  await waitUntilStackCreateComplete(waiting, { StackName });
  expect((await outputsOf(StackName))["Said"]).toBe("1");
});

test("a ResponseURL: refuses what was never asked for, as S3 does", async () => {
  const url = `${engine.endpoint}/_cloudformation-response/nobody`;
  const answer = await fetch(url, { method: "PUT", body: "{}" });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain("<Code>AccessDenied</Code><Message>Request has expired</");
  expect((await fetch(url)).status).toBe(403);
});

/** Answers nothing, and leaves the URL where it can be found. */
const LATER = `
const { SSMClient, PutParameterCommand } = require("@aws-sdk/client-ssm");
exports.handler = async (event) => {
  const Value = event.ResponseURL;
  await new SSMClient({}).send(new PutParameterCommand({ Name: "/url", Value, Type: "String" }));
};`;

test("an answer that comes when another engine runs: is taken", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-conformance-"));
  const open = (port: number) => createCloud({ directory, durability: "relaxed", port });
  const first = await open(0);
  const config = { ...engine.config, endpoint: first.endpoint, maxAttempts: 3 };
  const ssm = new SSMClient(config);
  const StackName = "later";
  const client = new CloudFormationClient(config);
  const TemplateBody = provider("nodejs20.x", LATER);
  await client.send(new CreateStackCommand({ StackName, TemplateBody }));
  const url = await expect
    .poll(() => ssm.send(new GetParameterCommand({ Name: "/url" })).catch(() => undefined), {
      timeout: 10_000,
    })
    .toBeDefined()
    .then(() => ssm.send(new GetParameterCommand({ Name: "/url" })));
  await first.close();
  const second = await open(first.port);
  const body = { Status: "SUCCESS", PhysicalResourceId: "late", Data: { Said: "at last" } };
  const answer = await fetch(url.Parameter?.Value ?? "", {
    ...{ method: "PUT", body: JSON.stringify(body) },
  });
  expect(answer.status).toBe(200);
  await waitUntilStackCreateComplete({ ...waiting, client }, { StackName });
  await second.close();
  rmSync(directory, { recursive: true });
});
