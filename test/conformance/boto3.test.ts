import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createRun, missingClient } from "./commands.ts";
import { startEngine } from "./engine.ts";

const SCRIPT = path.resolve(fileURLToPath(import.meta.url), "../boto3_smoke.py");
const SERVICES =
  "sqs sns events rest_apis dynamodb lambda_and_logs s3 secrets identity http_apis cloudformation";
const TIMEOUT_MS = 120_000;

const run = createRun(await startEngine());
const missing = await missingClient(run, "python3", ["-c", "import boto3"]);

test("boto3: drives every service", { timeout: TIMEOUT_MS }, async (context) => {
  context.skip(missing !== undefined, missing);
  const { exitCode, stdout, stderr } = await run("python3", [SCRIPT]);
  expect(stderr).not.toContain("Traceback");
  expect(stdout.trim().split(/\s+/).join(" ")).toBe(SERVICES);
  expect(exitCode).toBe(0);
});
