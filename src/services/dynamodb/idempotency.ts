/**
 * Tokens of transactions: a request that is sent again within ten minutes is not carried out again.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
import { hash } from "node:crypto";
import { collection } from "../../store/collection.ts";
import type { WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { idempotentParameterMismatch } from "./errors.ts";
import { TOKEN_LIFETIME_MS } from "./limits.ts";

/** What the request was, by token. */
const tokens = collection<{ readonly digest: string }>("dynamodb", "token");

const TOKEN_TIMER = "dynamodb.token";

export interface Idempotency {
  readonly scope: { readonly accountId: string; readonly region: string };
  readonly token: string;
  readonly digest: string;
}

/** A text that is the same for equal requests. */
export function digestOfRequest(request: unknown): string {
  return hash("sha256", JSON.stringify(request), "base64");
}

/** Whether the request was carried out before; from now on it was. */
export function isRepeated(tx: WriteTx, { scope, token, digest }: Idempotency): boolean {
  const id = [scope.accountId, scope.region, token];
  const known = tokens.get(tx, id);
  if (known !== undefined) {
    if (known.digest !== digest) {
      throw idempotentParameterMismatch();
    }
    return true;
  }
  tokens.put(tx, id, { digest });
  tx.after({ dueMs: tx.nowMs + TOKEN_LIFETIME_MS, kind: TOKEN_TIMER, key: id });
  return false;
}

export const tokenTimers: Readonly<Record<string, TimerHandler>> = {
  [TOKEN_TIMER]: (tx, timer) => tokens.delete(tx, timer.key),
};
