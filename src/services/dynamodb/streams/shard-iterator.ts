/**
 * Shard iterators: places in a shard as texts, which know when they were given out.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
 */
import { validation } from "../errors.ts";
import { expiredIterator } from "./errors.ts";

export interface ShardIterator {
  readonly streamArn: string;
  readonly shard: number;
  /** Where reading goes on: behind this id, or with it. */
  readonly after?: string | undefined;
  readonly from?: string | undefined;
  readonly issuedMs: number;
}

export const ITERATOR_LIFETIME_MS: number = 15 * 60 * 1000;

export function writeIterator({ streamArn, ...place }: ShardIterator): string {
  const text = Buffer.from(JSON.stringify(place)).toString("base64");
  return `${streamArn}|1|${text}`;
}

export function readIterator(text: string, nowMs: number): ShardIterator {
  const [streamArn = "", version, place = ""] = text.split("|");
  const iterator = version === "1" ? parsed(place) : undefined;
  if (iterator === undefined) {
    throw validation("Invalid ShardIterator");
  }
  if (nowMs - iterator.issuedMs > ITERATOR_LIFETIME_MS) {
    throw expiredIterator();
  }
  return { ...iterator, streamArn };
}

function parsed(text: string): Omit<ShardIterator, "streamArn"> | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, "base64").toString());
    return isPlace(place) ? place : undefined;
  } catch {
    return undefined;
  }
}

function isPlace(value: unknown): value is Omit<ShardIterator, "streamArn"> {
  const { shard, issuedMs, after, from } = (value ?? {}) as Record<string, unknown>;
  return typeof shard === "number" && typeof issuedMs === "number" && [after, from].every(isId);
}

/** An ordered id, if there is one. */
function isId(id: unknown): boolean {
  return id === undefined || (typeof id === "string" && /^[0-9a-v]{20}$/.test(id));
}
