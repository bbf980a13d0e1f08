import { describe, expect, test } from "vitest";
import type { InvocationReport } from "../function-host.ts";
import { specOf } from "../test-host.ts";
import { billedDurationMs, parseTrace, platformLines, timedOutText } from "./report.ts";

const report: InvocationReport = {
  durationMs: 1.5,
  billedDurationMs: 2,
  memoryMb: 128,
  memoryUsedMaxMb: 45,
  status: "success",
};
const nowMs = (): number => Date.UTC(2026, 0, 1);
const text = platformLines(specOf("f", "/code"), nowMs);
const json = platformLines(specOf("f", "/code", { logFormat: "JSON" }), nowMs);

describe("report", () => {
  test.each([
    [1, undefined, 1],
    [1.001, undefined, 1],
    [1.01, undefined, 2],
    [0, undefined, 0],
    [250.06, 102.81, 353],
    [0.1 + 0.2, 0.7, 1],
  ])("billed: %d ms and an init phase of %s make %d", (durationMs, initMs, billedMs) => {
    expect(billedDurationMs(durationMs, initMs)).toBe(billedMs);
  });

  test("text: the lines of an invocation", () => {
    expect(text.start("id")).toBe("START RequestId: id Version: $LATEST\n");
    expect(text.end("id")).toBe("END RequestId: id\n");
    expect(text.report("id", report, undefined)).toBe(
      "REPORT RequestId: id\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t" +
        "Max Memory Used: 45 MB\t\n",
    );
  });

  test("text: init duration, status and trace follow", () => {
    const trace = "Root=1-5;Parent=6;Sampled=1";
    const failed = { ...report, initDurationMs: 99.1, status: "timeout" as const };
    expect(text.report("id", failed, trace)).toBe(
      "REPORT RequestId: id\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t" +
        "Max Memory Used: 45 MB\tInit Duration: 99.10 ms\tStatus: timeout\t\n" +
        "XRAY TraceId: 1-5\tSegmentId: 6\tSampled: true\t\n",
    );
    const thrown = { ...report, status: "error" as const, errorType: "TypeError" };
    expect(text.report("id", thrown, "Root=1-5;Parent=6;Sampled=0")).not.toMatch(/Status|XRAY/);
  });

  test("text: a timeout says when, and how long was allowed", () => {
    const failure = { status: "timeout" as const, errorType: "Sandbox.Timedout", errorMessage: "" };
    expect(text.failure("id", failure)).toBe(
      "2026-01-01T00:00:00.000Z id Task timed out after 10.00 seconds\n\n",
    );
    expect(timedOutText(900_000)).toBe("Task timed out after 900.00 seconds");
  });

  test("JSON: events, those below the system log level left out", () => {
    expect(json.end("id")).toBeUndefined();
    expect(JSON.parse(json.start("id") ?? "")).toEqual({
      time: "2026-01-01T00:00:00.000Z",
      type: "platform.start",
      record: { requestId: "id", version: "$LATEST" },
    });
    expect(JSON.parse(json.report("id", { ...report, initDurationMs: 3 }, "Root=1") ?? "")).toEqual(
      {
        time: "2026-01-01T00:00:00.000Z",
        type: "platform.report",
        record: {
          requestId: "id",
          metrics: {
            durationMs: 1.5,
            billedDurationMs: 2,
            memorySizeMB: 128,
            maxMemoryUsedMB: 45,
            initDurationMs: 3,
          },
          tracing: { type: "X-Amzn-Trace-Id", value: "Root=1" },
          status: "success",
        },
      },
    );
    const quiet = platformLines(
      specOf("f", "/code", { logFormat: "JSON", systemLogLevel: "WARN" }),
      nowMs,
    );
    expect(quiet.start("id")).toBeUndefined();
    expect(quiet.report("id", report, undefined)).toBeUndefined();
    expect(quiet.report("id", { ...report, status: "timeout" }, undefined)).toContain("timeout");
  });

  test.each([
    ["Root=1-a;Parent=b;Sampled=1", { root: "1-a", parent: "b", sampled: true }],
    ["Parent=b; Root=1-a", { root: "1-a", parent: "b", sampled: false }],
    ["Root=1-a", undefined],
    ["nonsense", undefined],
    [undefined, undefined],
  ])("trace: %s", (header, trace) => {
    expect(parseTrace(header)).toEqual(trace);
  });
});
