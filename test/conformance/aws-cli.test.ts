/** The AWS CLI starts slowly, so this drives few commands, and none twice. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { createRun, missingClient } from "./commands.ts";
import { ACCOUNT, REGION, startEngine } from "./engine.ts";

const TIMEOUT_MS = 120_000;

const engine = await startEngine();
const run = createRun(engine);
const missing = await missingClient(run, "aws", ["--version"]);

/** Version 1 of the CLI knows `AWS_ENDPOINT_URL`, but not for SQS; earlier ones know neither. */
async function aws(command: string, ...rest: readonly string[]): Promise<unknown> {
  const args = ["--endpoint-url", engine.endpoint, "--output", "json"];
  const { exitCode, stdout, stderr } = await run("aws", [...args, ...command.split(" "), ...rest]);
  if (exitCode !== 0) {
    throw new Error(stderr.trim());
  }
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

test("aws: drives queues and tables", { timeout: TIMEOUT_MS }, async (context) => {
  context.skip(missing !== undefined, missing);
  const QueueUrl = `${engine.endpoint}/${ACCOUNT}/jobs`;
  expect(await aws("sqs create-queue --queue-name jobs")).toEqual({ QueueUrl });
  await aws("sqs send-message --message-body hello --queue-url", QueueUrl);
  const received = await aws("sqs receive-message --wait-time-seconds 5 --queue-url", QueueUrl);
  expect(received).toMatchObject({ Messages: [{ Body: "hello" }] });
  await expect(aws("sqs get-queue-url --queue-name none")).rejects.toThrow(
    "An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl " +
      "operation: The specified queue does not exist.",
  );
  const table = await aws(
    "dynamodb create-table --table-name items --billing-mode PAY_PER_REQUEST" +
      " --attribute-definitions AttributeName=id,AttributeType=S" +
      " --key-schema AttributeName=id,KeyType=HASH",
  );
  expect(table).toMatchObject({
    TableDescription: { TableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/items` },
  });
});

test("aws: deploys a template and invokes its function", {
  timeout: TIMEOUT_MS,
}, async (context) => {
  context.skip(missing !== undefined, missing);
  const TemplateBody = JSON.stringify({
    Transform: "AWS::Serverless-2016-10-31",
    Resources: {
      Hello: {
        Type: "AWS::Serverless::Function",
        Properties: {
          FunctionName: "hello",
          Runtime: "nodejs20.x",
          Handler: "index.handler",
          InlineCode: "exports.handler = async () => 'hello';",
        },
      },
    },
  });
  await aws(
    "cloudformation create-stack --stack-name app" +
      " --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --template-body",
    TemplateBody,
  );
  await aws("cloudformation wait stack-create-complete --stack-name app");
  const folder = mkdtempSync(path.join(tmpdir(), "millrace-invoke-"));
  const answer = path.join(folder, "answer.json");
  const invoked = await aws("lambda invoke --function-name hello", answer);
  expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
  expect(readFileSync(answer, "utf8")).toBe('"hello"');
  rmSync(folder, { recursive: true });
});

test("aws: imports a REST API, tries it and deploys it", {
  timeout: TIMEOUT_MS,
}, async (context) => {
  context.skip(missing !== undefined, missing);
  const integration = {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    responses: {
      default: { statusCode: "200", responseTemplates: { "application/json": "$context.stage" } },
    },
  };
  const responses = { 200: { description: "told" } };
  const definition = {
    openapi: "3.0.1",
    info: { title: "shop", version: "1" },
    paths: { "/stage": { get: { responses, "x-amazon-apigateway-integration": integration } } },
  };
  const folder = mkdtempSync(path.join(tmpdir(), "millrace-import-"));
  const file = path.join(folder, "api.json");
  writeFileSync(file, JSON.stringify(definition));
  const { id } = (await aws("apigateway import-rest-api --body", `fileb://${file}`)) as {
    readonly id: string;
  };
  rmSync(folder, { recursive: true });
  const { items } = (await aws(`apigateway get-resources --rest-api-id ${id}`)) as {
    readonly items: readonly { readonly id: string; readonly path: string }[];
  };
  const resource = items.find((one) => one.path === "/stage")?.id;
  const tried = await aws(
    `apigateway test-invoke-method --http-method GET --rest-api-id ${id} --resource-id ${resource}`,
  );
  expect(tried).toMatchObject({ status: 200, body: "test-invoke-stage" });
  await aws(`apigateway create-deployment --stage-name dev --rest-api-id ${id}`);
  const answer = await fetch(`${engine.endpoint}/_api/${id}/dev/stage`);
  expect([answer.status, await answer.text()]).toEqual([200, "dev"]);
  await expect(
    aws("apigateway create-rest-api --name private --endpoint-configuration types=PRIVATE"),
  ).rejects.toThrow("PRIVATE");
  await expect(aws("apigateway get-rest-api --rest-api-id none")).rejects.toThrow(
    "An error occurred (NotFoundException) when calling the GetRestApi operation",
  );
});
