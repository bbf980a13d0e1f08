/** One durable timer a secret, armed for the opening of its next rotation window. */
import type { TimerId, WriteTx } from "../../store/store.ts";
import { type Place, secretKey } from "./keys.ts";
import { nextWindow } from "./rotation-rules.ts";
import type { Secret } from "./secret.ts";

export const ROTATION_TIMER = "secretsmanager.rotation";

/** Arms the timer as the rotation wants it, in place of the one that is armed. */
export function armRotation(tx: WriteTx, place: Place, secret: Secret): Secret {
  const { rotation } = disarmRotation(tx, place, secret);
  if (rotation === undefined) {
    return secret;
  }
  const { isEnabled, rules, anchorMs } = rotation;
  const next = isEnabled && rules ? nextWindow(rules, tx.nowMs, anchorMs) : undefined;
  if (next !== undefined) {
    tx.after(timerId(place, secret, next.opensMs));
  }
  return { ...secret, rotation: { ...rotation, next } };
}

export function disarmRotation(tx: WriteTx, place: Place, secret: Secret): Secret {
  const { rotation } = secret;
  if (rotation?.next === undefined) {
    return secret;
  }
  tx.cancel(timerId(place, secret, rotation.next.opensMs));
  return { ...secret, rotation: { ...rotation, next: undefined } };
}

function timerId(place: Place, { name }: Secret, dueMs: number): TimerId {
  return { kind: ROTATION_TIMER, dueMs, key: secretKey(place, name) };
}
