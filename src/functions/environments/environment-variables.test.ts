import { describe, expect, test } from "vitest";
import { specOf } from "../test-host.ts";
import { environmentVariables } from "./environment-variables.ts";

const sandbox = {
  logStream: "stream",
  directory: "/sandbox",
  endpoint: "http://127.0.0.1:4567",
  runtimeDirectory: "/runtime",
  programDirectories: [],
  sdkDirectory: undefined,
  runtimeApi: "127.0.0.1:9001",
  xrayAddress: "127.0.0.1:2000",
};

describe("environment variables", () => {
  test.each([
    ["http://127.0.0.1:4566/000000000000/orders", "http://127.0.0.1:4567/000000000000/orders"],
    ["http://localhost:1/123456789012/a.fifo", "http://127.0.0.1:4567/123456789012/a.fifo"],
    ["http://127.0.0.1:8080/health", "http://127.0.0.1:8080/health"],
    ["http://10.0.0.1:4566/000000000000/orders", "http://10.0.0.1:4566/000000000000/orders"],
    ["see http://127.0.0.1:1/000000000000/a", "see http://127.0.0.1:1/000000000000/a"],
  ])("a queue's URL names the port the engine has now: %s", (given, expected) => {
    const spec = specOf("f", "/code", { environment: { URL: given } });
    expect(environmentVariables(spec, sandbox)["URL"]).toBe(expected);
  });
});
