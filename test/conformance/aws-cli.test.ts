/** The AWS CLI starts slowly, so this drives few commands, and none twice. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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
