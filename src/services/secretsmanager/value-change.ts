/**
 * Who puts a value by hand has rotated the secret, as far as a rotation every so many days goes.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
 */
import type { WriteTx } from "../../store/store.ts";
import type { Place } from "./keys.ts";
import { armRotation } from "./rotation-timer.ts";
import type { Secret } from "./secret.ts";
import { CURRENT, versionAt } from "./stages.ts";

export function afterNewValue(
  tx: WriteTx,
  place: Place,
  { before, after }: { readonly before: Secret; readonly after: Secret },
): Secret {
  const { rotation } = after;
  const isCurrent = versionAt(before.stages, CURRENT) !== versionAt(after.stages, CURRENT);
  if (!isCurrent || !rotation?.isEnabled || rotation.rules?.AutomaticallyAfterDays === undefined) {
    return after;
  }
  return armRotation(tx, place, { ...after, rotation: { ...rotation, anchorMs: tx.nowMs } });
}
