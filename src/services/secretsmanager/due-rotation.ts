/**
 * What happens when a rotation window opens. Windows that opened while the engine was down are made
 * up for by one rotation.
 */
import type { Timer, WriteTx } from "../../store/store.ts";
import { secretKey, secrets } from "./keys.ts";
import { beginRun, withRotation } from "./rotation.ts";
import { armRotation } from "./rotation-timer.ts";
import { saveSecret } from "./secret.ts";
import { unfinishedVersion } from "./stages.ts";

/** A rotation that was not finished is tried again; one that is under way is left alone. */
export function runRotationTimer(tx: WriteTx, timer: Timer): void {
  const [accountId = "", region = "", name = ""] = timer.key.map(String);
  const place = { accountId, region };
  const secret = withRotation(secrets.get(tx, secretKey(place, name)));
  if (secret?.rotation.next?.opensMs !== timer.dueMs) {
    return;
  }
  const armed = withRotation(armRotation(tx, place, secret));
  const { run } = secret.rotation;
  if (armed === undefined || (run !== undefined && !run.isAbandoned)) {
    saveSecret(tx, place, armed ?? secret);
    return;
  }
  const versionId = unfinishedVersion(secret.stages) ?? tx.random.uuid();
  beginRun(tx, place, armed, { kind: "rotation", versionId });
}
