/** The end of secrets: at once, or when the recovery window ends. */
import type { Timer, TimerId, WriteTx } from "../../store/store.ts";
import { type Place, secretKey, secrets, versions } from "./keys.ts";
import { disarmRotation } from "./rotation-timer.ts";
import type { Secret } from "./secret.ts";

export const DELETION_TIMER = "secretsmanager.deletion";

/** Removes a secret with its versions and timers. */
export function removeSecret(tx: WriteTx, place: Place, secret: Secret): void {
  const key = secretKey(place, secret.name);
  disarmRotation(tx, place, secret);
  if (secret.deletionMs !== undefined) {
    tx.cancel(deletionTimer(place, secret.name, secret.deletionMs));
  }
  versions.clear(tx, { prefix: key });
  secrets.delete(tx, key);
}

/** Unless the secret was restored, or deleted and made again. */
export function runDeletionTimer(tx: WriteTx, timer: Timer): void {
  const [accountId = "", region = "", name = ""] = timer.key.map(String);
  const place = { accountId, region };
  const secret = secrets.get(tx, secretKey(place, name));
  if (secret?.deletionMs === timer.dueMs) {
    removeSecret(tx, place, secret);
  }
}

export function deletionTimer(place: Place, name: string, dueMs: number): TimerId {
  return { kind: DELETION_TIMER, dueMs, key: secretKey(place, name) };
}
