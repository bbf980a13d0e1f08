/**
 * Client tokens: a request that comes again, because its answer was lost, gets that answer again.
 * SDKs send a token with every call that changes something.
 */
import { createHash } from "node:crypto";
import type { ReadTx, Timer, WriteTx } from "../../store/store.ts";
import { tokenIsTaken } from "./errors.ts";
import { type Owner, ownedKey, tokens } from "./keys.ts";
import { TOKEN_LIFETIME_MS } from "./limits.ts";

export const TOKEN_TIMER = "scheduler.token";

/** What was answered to a token. */
export interface Answered {
  readonly fingerprint: string;
  readonly output: object;
}

interface Tokened {
  readonly ClientToken?: string | undefined;
}

/** Runs `body`, unless the same request was answered before. */
export function once<T extends object>(
  tx: WriteTx,
  request: { readonly owner: Owner; readonly operation: string; readonly input: Tokened },
  body: () => T,
): T {
  const token = request.input.ClientToken;
  if (token === undefined) {
    return body();
  }
  const key = ownedKey(request.owner, token);
  const fingerprint = fingerprintOf(request.operation, request.input);
  const before = answeredBefore<T>(tx, key, fingerprint);
  if (before !== undefined) {
    return before;
  }
  const output = body();
  tokens.put(tx, key, { fingerprint, output });
  tx.after({ kind: TOKEN_TIMER, dueMs: tx.nowMs + TOKEN_LIFETIME_MS, key });
  return output;
}

export function runTokenTimer(tx: WriteTx, timer: Timer): void {
  tokens.delete(tx, timer.key);
}

function answeredBefore<T>(
  tx: ReadTx,
  key: ReturnType<typeof ownedKey>,
  fingerprint: string,
): T | undefined {
  const before = tokens.get(tx, key);
  if (before !== undefined && before.fingerprint !== fingerprint) {
    throw tokenIsTaken();
  }
  return before?.output as T | undefined;
}

/** Members come in the order of the model, so equal requests have equal texts. */
function fingerprintOf(operation: string, input: object): string {
  return createHash("sha256")
    .update(`${operation} ${JSON.stringify(input)}`)
    .digest("base64");
}
