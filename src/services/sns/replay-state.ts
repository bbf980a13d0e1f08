/**
 * Where the replay of a subscription stands.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
 */
import { type JsonObject, parseJsonObject } from "../../base/json.ts";
import { invalidParameter } from "./errors.ts";
import type { Subscription } from "./subscription.ts";

export interface Replay {
  readonly status: "Pending" | "In progress" | "Completed" | "Failed";
  readonly startMs: number;
  /** Inclusive. With it the subscription hears nothing that is published later. */
  readonly endMs: number | undefined;
  /** When it was asked for: what is younger was never missed, and is no replay. */
  readonly askedMs: number;
  /** The last archived message that was handed over: when it was published, and its number. */
  readonly after?: readonly [publishedMs: number, sequenceNumber: string] | undefined;
}

/**
 * Until a replay is through, new messages wait their turn in the archive, so that the subscriber
 * gets all of them in order.
 */
export function hearsNewMessages({ replay }: Subscription, nowMs: number): boolean {
  return (
    replay === undefined ||
    replay.status === "Failed" ||
    (replay.status === "Completed" && (replay.endMs === undefined || nowMs <= replay.endMs))
  );
}

/** `{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00Z","EndingPoint":...}` */
export function checkReplayPolicy(text: string): Pick<Replay, "startMs" | "endMs"> {
  const json = jsonOf(text);
  const unknown = Object.keys(json).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw fault(`Attribute ${unknown} is unknown.`);
  }
  if (json["PointType"] !== "Timestamp") {
    throw fault("PointType must be Timestamp.");
  }
  const startMs = timeOf(json["StartingPoint"]);
  const endMs = json["EndingPoint"] === undefined ? undefined : timeOf(json["EndingPoint"]);
  if (startMs === undefined) {
    throw fault("StartingPoint must be a timestamp.");
  }
  if (json["EndingPoint"] !== undefined && (endMs === undefined || endMs < startMs)) {
    throw fault("EndingPoint must be a timestamp behind StartingPoint.");
  }
  return { startMs, endMs };
}

const NAMES = ["PointType", "StartingPoint", "EndingPoint"];

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function jsonOf(text: string): JsonObject {
  const json = parseJsonObject(text);
  if (json === undefined) {
    throw fault("failed to parse JSON.");
  }
  return json;
}

function fault(what: string): ReturnType<typeof invalidParameter> {
  return invalidParameter(`ReplayPolicy: ${what}`);
}
