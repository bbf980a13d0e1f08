import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createRun, missingClient } from "./commands.ts";
import { startEngine } from "./engine.ts";

const SCRIPT = path.resolve(fileURLToPath(import.meta.url), "../dynamodb_boto3.py");
const PARTS = "table items queries updates partiql scaling deleted";
const TIMEOUT_MS = 120_000;

const run = createRun(await startEngine());
const missing = await missingClient(run, "python3", ["-c", "import boto3"]);

test("boto3: resource and client of DynamoDB", { timeout: TIMEOUT_MS }, async (context) => {
  context.skip(missing !== undefined, missing);
  const { exitCode, stdout, stderr } = await run("python3", [SCRIPT]);
  expect(stderr).not.toContain("Traceback");
  expect(stdout.trim().split(/\s+/).join(" ")).toBe(PARTS);
  expect(exitCode).toBe(0);
});
