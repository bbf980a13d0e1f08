/**
 * When a secret was read: the day, which is all that AWS tells. It is written once a day, so reading
 * a secret costs a write only then.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
import type { WriteTx } from "../../store/store.ts";
import { replicas, secretKey, secrets, versionKey, versions } from "./keys.ts";
import { type Located, secretAt } from "./locate.ts";
import type { Selected } from "./select-version.ts";

const DAY_MS = 86_400_000;

export interface Read {
  readonly located: Located;
  readonly selected: Selected;
}

export function isFirstOfDay({ located, selected }: Read, nowMs: number): boolean {
  const { secret, replica } = located;
  const today = dayOf(nowMs);
  const accessedMs = replica === undefined ? secret.accessedMs : replica.accessedMs;
  return accessedMs !== today || selected.version.accessedMs !== today;
}

/** Of what may have changed, or gone, since it was read. */
export function noteAccess(tx: WriteTx, { located, selected }: Read): void {
  const { place, secret: before } = located;
  const now = secretAt(tx, place, before.name);
  if (now === undefined) {
    return;
  }
  const { home, secret, replica } = now;
  const accessedMs = dayOf(tx.nowMs);
  if (replica === undefined) {
    secrets.put(tx, secretKey(home, secret.name), { ...secret, accessedMs });
  } else {
    replicas.put(tx, secretKey(place, secret.name), { ...replica, accessedMs });
  }
  const key = versionKey(home, secret.name, selected.versionId);
  const version = versions.get(tx, key);
  if (version !== undefined) {
    versions.put(tx, key, { ...version, accessedMs });
  }
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}
