/** Temporary credentials and those who hold them. */
import { toBase64 } from "../../base/bytes.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { temporaryAccessKey } from "../../wire/access-key.ts";
import type { Credentials } from "../../wire/models/sts.gen.ts";
import type { TimerHandler } from "../service.ts";
import { sessions } from "./keys.ts";
import { ENDED_SESSION_KEPT_MS } from "./limits.ts";
import type { Principal } from "./principal.ts";

export interface Session {
  readonly principal: Principal;
  readonly expiresMs: number;
}

export const SESSION_TIMER = "sts.session";

/** 30 bytes are the 40 characters of a secret key. */
const SECRET_BYTES = 30;
const TOKEN_BYTES = 192;
const ACCESS_KEY_BYTES = 10;

/** Starts a session of `principal`; its credentials carry the account in their access key. */
export function startSession(
  tx: WriteTx,
  principal: Principal,
  durationSeconds: number,
): Credentials {
  const accessKeyId = temporaryAccessKey(principal.accountId, tx.random.bytes(ACCESS_KEY_BYTES));
  // A credential lasts whole seconds.
  const expiresMs = Math.floor(tx.nowMs / 1000) * 1000 + durationSeconds * 1000;
  sessions.put(tx, [accessKeyId], { principal, expiresMs });
  tx.after({ kind: SESSION_TIMER, key: [accessKeyId], dueMs: expiresMs + ENDED_SESSION_KEPT_MS });
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: toBase64(tx.random.bytes(SECRET_BYTES)),
    SessionToken: toBase64(tx.random.bytes(TOKEN_BYTES)),
    Expiration: new Date(expiresMs),
  };
}

export function findSession(tx: ReadTx, accessKeyId: string): Session | undefined {
  return sessions.get(tx, [accessKeyId]);
}

/** An ended session is forgotten after a while. */
export const forgetSession: TimerHandler = (tx, timer) => {
  sessions.delete(tx, timer.key);
};
