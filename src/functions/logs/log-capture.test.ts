import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLogCapture, type LogCapture } from "./log-capture.ts";

function capture(): { log: LogCapture; lines: string[]; waits: () => number } {
  const lines: string[] = [];
  let waits = 0;
  const log = createLogCapture({
    nowMs: () => 7,
    onWaiting: () => {
      waits += 1;
    },
    deliver: (delivered) => lines.push(...delivered.map(({ message }) => message)),
  });
  return { log, lines, waits: () => waits };
}

describe("log capture", () => {
  test("output: lines end at newlines, each source on its own", () => {
    const { log, lines } = capture();
    log.output("stdout", Buffer.from("one\ntw"));
    log.output("stderr", Buffer.from("error\n"));
    log.output("stdout", Buffer.from("o\n\nrest"));
    log.endLines();
    log.flush();
    expect(lines).toEqual(["one\n", "error\n", "two\n", "\n", "rest\n"]);
  });

  test("output: a line longer than an event of CloudWatch Logs goes in several", () => {
    const { log, lines } = capture();
    log.output("stdout", Buffer.from(`${"x".repeat(600_000)}\n`));
    log.flush();
    expect(lines.map((line) => line.length)).toEqual([262_144, 262_144, 75_713]);
  });

  test("flush: lines wait until then, and who flushes is told once", () => {
    const { log, lines, waits } = capture();
    log.message("a\n");
    log.message("b\n");
    expect([lines.length, waits()]).toEqual([0, 1]);
    log.flush();
    log.flush();
    log.message("c\n");
    expect([lines.length, waits()]).toEqual([2, 2]);
  });

  test("trace: lines have that of the invocation that wrote them", () => {
    const traces: (string | undefined)[] = [];
    const log = createLogCapture({
      nowMs: () => 0,
      onWaiting: () => {},
      deliver: (delivered) => traces.push(...delivered.map(({ trace }) => trace)),
    });
    log.message("init\n");
    log.startInvocation("Root=1-2-3");
    log.message("START\n");
    log.startInvocation(undefined);
    log.message("START\n");
    log.flush();
    expect(traces).toEqual([undefined, "Root=1-2-3", undefined]);
  });

  test("tail: starts anew, and does not cut a character", () => {
    const { log } = capture();
    log.message("before\n");
    log.startInvocation("Root=1-2-3");
    log.message(`${"ä".repeat(4000)}!\n`);
    const tail = log.takeTail()();
    expect(tail).toMatch(/^ä+!\n$/);
    expect(Buffer.byteLength(tail)).toBe(4096);
  });

  test("property: no byte is lost and the tail is the end of the log", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 900 }), { maxLength: 12 }),
        (chunks) => {
          const { log, lines } = capture();
          const text = `${chunks.join("")}\n`;
          const bytes = Buffer.from(text);
          for (let at = 0; at < bytes.length; at += 999) {
            log.output("stdout", bytes.subarray(at, at + 999));
          }
          log.flush();
          expect(lines.join("")).toBe(bytes.toString("utf8"));
          const tail = log.takeTail()();
          expect(lines.join("").endsWith(tail)).toBe(true);
          expect(Buffer.byteLength(tail)).toBeGreaterThanOrEqual(Math.min(bytes.length, 4093));
        },
      ),
      { numRuns: 30 },
    );
  });
});
