/**
 * The lineage of an event: what it went through (functions, subscription filters), and how often, in
 * the trace header that SDKs hand on. `Root=1-...;Parent=...;Sampled=1;Lineage=a87bd80c:1|68fd508a:5`
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html,
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
import { createHash } from "node:crypto";
import type { Random } from "../platform/random.ts";

/** Stations that a lineage tells of: the first ones go when there are more. */
const STATIONS_MAX = 32;
const LINEAGE = /;?\s*Lineage=([^;]*)/;

/**
 * The trace that a station hands on, and how often the event has passed it by then. `station` names
 * it: a function by its ARN.
 */
export function withPassage(
  trace: string,
  station: string,
): { readonly trace: string; readonly count: number } {
  const own = shortHash(station);
  const given = LINEAGE.exec(trace)?.[1] ?? "";
  const entries = given.split("|").filter((entry) => /^[0-9a-f]{8}:[0-9]+$/.test(entry));
  const before = entries.find((entry) => entry.startsWith(own));
  const count = Number(before?.slice(own.length + 1) ?? 0) + 1;
  const others = entries.filter((entry) => entry !== before).slice(1 - STATIONS_MAX);
  const lineage = [...others, `${own}:${count}`].join("|");
  return { trace: `${trace.replace(LINEAGE, "")};Lineage=${lineage}`, count };
}

function shortHash(station: string): string {
  return createHash("sha256").update(station).digest("hex").slice(0, 8);
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
  tracing: "Active" | "PassThrough",
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
