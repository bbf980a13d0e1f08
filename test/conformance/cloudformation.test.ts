import {
  AlreadyExistsException,
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  UpdateStackCommand,
  ValidateTemplateCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from "@aws-sdk/client-cloudformation";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { pagesOf, startEngine } from "./engine.ts";

const engine = await startEngine();
const stacks = new CloudFormationClient(engine.config);
const sqs = new SQSClient(engine.config);
const lambda = new LambdaClient(engine.config);
const waiting = { client: stacks, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };

const TEMPLATE = `
Parameters:
  Timeout: { Type: Number, Default: 11 }
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !Ref Timeout
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
  Dead: { Type: AWS::SQS::Queue }
Outputs:
  JobsUrl: { Value: !Ref Jobs, Export: { Name: !Sub "\${AWS::StackName}-jobs" } }`;

const SAM = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: exports.handler = async () => "hello";
Outputs:
  Name: { Value: !Ref Hello }`;

async function outputsOf(StackName: string): Promise<Record<string, string | undefined>> {
  const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
}

test("stacks: are created, updated and deleted, with events and resources", async () => {
  const StackName = "jobs";
  const create = () => stacks.send(new CreateStackCommand({ StackName, TemplateBody: TEMPLATE }));
  await create();
  await waitUntilStackCreateComplete(waiting, { StackName });
  const { JobsUrl: QueueUrl } = await outputsOf(StackName);
  const visibilityTimeout = async () => {
    const AttributeNames = ["VisibilityTimeout" as const];
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
    );
    return Attributes?.["VisibilityTimeout"];
  };
  expect(await visibilityTimeout()).toBe("11");
  await expect(create()).rejects.toThrow(AlreadyExistsException);
  const update = (ParameterValue: string) =>
    stacks.send(
      new UpdateStackCommand({
        StackName,
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: "Timeout", ParameterValue }],
      }),
    );
  await update("12");
  await waitUntilStackUpdateComplete(waiting, { StackName });
  expect(await visibilityTimeout()).toBe("12");
  await expect(update("12")).rejects.toThrow("No updates are to be performed.");
  const resources = await pagesOf(paginateListStackResources({ client: stacks }, { StackName }));
  const ids = resources.flatMap(({ StackResourceSummaries: items = [] }) =>
    items.map((item) => item.LogicalResourceId),
  );
  expect(ids.sort()).toEqual(["Dead", "Jobs"]);
  const events = await pagesOf(paginateDescribeStackEvents({ client: stacks }, { StackName }));
  expect(events[0]?.StackEvents?.[0]).toMatchObject({ ResourceStatus: "UPDATE_COMPLETE" });
  const { TemplateBody } = await stacks.send(new GetTemplateCommand({ StackName }));
  expect(TemplateBody).toBe(TEMPLATE);
  await stacks.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(waiting, { StackName });
  await expect(visibilityTimeout()).rejects.toThrow("The specified queue does not exist.");
});

test("change sets: deploy a SAM template, whose function answers", async () => {
  const names = { StackName: "sam", ChangeSetName: "first" };
  await stacks.send(
    new CreateChangeSetCommand({
      ...names,
      ChangeSetType: "CREATE",
      TemplateBody: SAM,
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }),
  );
  await waitUntilChangeSetCreateComplete(waiting, names);
  await stacks.send(new ExecuteChangeSetCommand(names));
  await waitUntilStackCreateComplete(waiting, { StackName: "sam" });
  const { Name } = await outputsOf("sam");
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: Name }));
  expect(Payload?.transformToString()).toBe('"hello"');
});

test("errors: say what is wrong with the template, and roll back what failed", async () => {
  await expect(outputsOf("nowhere")).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id nowhere does not exist",
  });
  await expect(
    stacks.send(
      new ValidateTemplateCommand({ TemplateBody: '{"Resources":{"A":{"Type":"x","Ref":1}}}' }),
    ),
  ).rejects.toMatchObject({ name: "ValidationError" });
  const StackName = "fails";
  await stacks.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: `
Resources:
  Good: { Type: AWS::SQS::Queue }
  Bad:
    Type: AWS::SQS::Queue
    DependsOn: Good
    Properties: { VisibilityTimeout: 43201 }`,
    }),
  );
  await expect(waitUntilStackCreateComplete(waiting, { StackName })).rejects.toThrow(
    "ROLLBACK_COMPLETE",
  );
});
