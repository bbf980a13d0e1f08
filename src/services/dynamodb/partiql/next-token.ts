/** Where a SELECT goes on: a text that only the same statement can be given. */
import { hash } from "node:crypto";
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { decodeRecord, encodeRecord } from "../../../store/record.ts";
import { validation } from "../errors.ts";

export interface Position {
  /** The number of the range that is being read. */
  readonly range: number;
  /** The last item that was read of it; `undefined` before the first. */
  readonly key: Attributes | undefined;
}

export function digestOfStatement(statement: unknown): string {
  return hash("sha256", encodeRecord(statement), "base64").slice(0, 22);
}

export function tokenOf(digest: string, { range, key }: Position): string {
  return Buffer.from(encodeRecord([digest, range, key ?? null])).toString("base64");
}

export function positionOf(token: string, digest: string): Position {
  const record = decoded(token);
  if (!Array.isArray(record) || record.length !== 3 || record[0] !== digest) {
    throw invalidToken();
  }
  const [, range, key] = record as unknown as readonly [string, number, Attributes | null];
  return { range, key: key ?? undefined };
}

function decoded(token: string): unknown {
  try {
    return decodeRecord(Buffer.from(token, "base64"));
  } catch {
    throw invalidToken();
  }
}

function invalidToken(): Error {
  return validation("The provided NextToken is not valid for this statement");
}
