/**
 * The lineage of an event: which functions it went through, and how often, in the trace header that
 * SDKs hand on. `Root=1-...;Parent=...;Sampled=1;Lineage=a87bd80c:1|68fd508a:5`
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html,
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
import { createHash } from "node:crypto";
import type { Random } from "../../platform/random.ts";
import type { LambdaFunction } from "./function.ts";

/** Functions that a lineage tells of: the first ones go when there are more. */
const FUNCTIONS_MAX = 32;
const LINEAGE = /;?\s*Lineage=([^;]*)/;

/** The trace an invocation hands on, and how often the event has invoked the function by then. */
export function withInvocation(
  trace: string,
  functionArn: string,
): { readonly trace: string; readonly count: number } {
  const own = shortHash(functionArn);
  const given = LINEAGE.exec(trace)?.[1] ?? "";
  const entries = given.split("|").filter((entry) => /^[0-9a-f]{8}:[0-9]+$/.test(entry));
  const before = entries.find((entry) => entry.startsWith(own));
  const count = Number(before?.slice(own.length + 1) ?? 0) + 1;
  const others = entries.filter((entry) => entry !== before).slice(1 - FUNCTIONS_MAX);
  const lineage = [...others, `${own}:${count}`].join("|");
  return { trace: `${trace.replace(LINEAGE, "")};Lineage=${lineage}`, count };
}

function shortHash(arn: string): string {
  return createHash("sha256").update(arn).digest("hex").slice(0, 8);
}

/** A trace that begins here. Whether it is sampled is left to the function: `sampledTrace`. */
export function newTrace(random: Random, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000).toString(16);
  return `Root=1-${seconds}-${hexOf(random, 12)}`;
}

/**
 * Adds the decision whether a trace is sampled, and the segment that called, where they are missing:
 * HTTP APIs and function URLs hand on a bare root. A function samples when it traces by itself; a
 * decision that was made before it is kept.
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html,
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function sampledTrace(
  random: Random,
  trace: string,
  tracing: LambdaFunction["tracing"],
): string {
  if (/(^|;)\s*Sampled=[01]/.test(trace)) {
    return trace;
  }
  const undecided = trace.replace(/;?\s*Sampled=\?/, "");
  const parent = /(^|;)\s*Parent=/.test(trace) ? "" : `;Parent=${hexOf(random, 8)}`;
  return `${undecided}${parent};Sampled=${tracing === "Active" ? 1 : 0}`;
}

function hexOf(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString("hex");
}
