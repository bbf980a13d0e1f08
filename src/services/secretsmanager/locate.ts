/**
 * The secret that a `SecretId` means: a name, an ARN, or an ARN without its six last characters.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
import { parseArn } from "../../base/arn.ts";
import { assert } from "../../base/assert.ts";
import type { ReadTx } from "../../store/store.ts";
import { accessDenied, markedForDeletion, onReplica, secretNotFound } from "./errors.ts";
import { type Place, replicas, secretKey, secrets } from "./keys.ts";
import { NAME_SIZE_MAX } from "./limits.ts";
import { allows } from "./policy.ts";
import { type Replica, type Secret, secretArn } from "./secret.ts";

/** A name with the six characters of an ARN, or one that looks as if. */
const WITH_SUFFIX = /^(.+)-([a-zA-Z0-9]{6})$/s;

export interface Located {
  /** Where it was looked for. */
  readonly place: Place;
  /** Where its records are: another region when this is a replica. */
  readonly home: Place;
  readonly secret: Secret;
  readonly replica: Replica | undefined;
  /** As it reads in `place`. */
  readonly arn: string;
}

export interface Wanted {
  /** Who asks. */
  readonly asker: Place;
  /** For what: `GetSecretValue`. */
  readonly operation: string;
  readonly id: string;
}

/** Throws when there is none, or it is one of another account whose policy lets nobody in. */
export function locate(tx: ReadTx, wanted: Wanted): Located {
  const found = locateIfThere(tx, wanted);
  if (found === undefined) {
    throw secretNotFound();
  }
  return found;
}

/** The same, for those who do not mind when there is none. */
export function locateIfThere(tx: ReadTx, { asker, operation, id }: Wanted): Located | undefined {
  const found = find(tx, asker, id);
  const action = `secretsmanager:${operation}`;
  const { accountId } = asker;
  if (
    found !== undefined &&
    found.place.accountId !== accountId &&
    !allows(found.secret.policy, { accountId, action, arn: found.arn })
  ) {
    throw accessDenied(action, accountId, found.arn);
  }
  return found;
}

/** The same for what cannot be done to a deleted secret. */
export function locateLive(tx: ReadTx, wanted: Wanted): Located {
  const found = locate(tx, wanted);
  if (found.secret.deletionMs !== undefined) {
    throw markedForDeletion();
  }
  return found;
}

/** The same for what cannot be done to a replica either. */
export function locateWritable(tx: ReadTx, wanted: Wanted): Located {
  const found = locateLive(tx, wanted);
  if (found.replica !== undefined) {
    throw onReplica();
  }
  return found;
}

/** The secret of a name, or what stands for it. */
export function secretAt(tx: ReadTx, place: Place, name: string): Located | undefined {
  if (name.length > NAME_SIZE_MAX) {
    return undefined;
  }
  const secret = secrets.get(tx, secretKey(place, name));
  if (secret !== undefined) {
    return { place, home: place, secret, replica: undefined, arn: secretArn(place, secret) };
  }
  const replica = replicas.get(tx, secretKey(place, name));
  return replica && primaryOf(tx, place, { name, replica });
}

export function primaryOf(
  tx: ReadTx,
  place: Place,
  { name, replica }: { readonly name: string; readonly replica: Replica },
): Located {
  const home = { accountId: place.accountId, region: replica.primaryRegion };
  const secret = secrets.get(tx, secretKey(home, name));
  assert(secret, "a replica has a primary secret");
  return { place, home, secret, replica, arn: secretArn(place, secret) };
}

/** The name in an ARN, whole or partial; what is no ARN is a name. */
export function nameOf(id: string): string {
  const [, rest = id] = parseArn(id)?.resource.match(/^secret:(.+)$/s) ?? [];
  const [, name = rest] = rest.match(WITH_SUFFIX) ?? [];
  return id.startsWith("arn:") ? name : id;
}

function find(tx: ReadTx, asker: Place, id: string): Located | undefined {
  if (!id.startsWith("arn:")) {
    return secretAt(tx, { accountId: asker.accountId, region: asker.region }, id);
  }
  const arn = parseArn(id);
  const [, rest] = arn?.resource.match(/^secret:(.+)$/s) ?? [];
  if (arn?.service !== "secretsmanager" || arn.region !== asker.region || rest === undefined) {
    return undefined;
  }
  const place = { accountId: arn.accountId, region: arn.region };
  const [, name, suffix] = rest.match(WITH_SUFFIX) ?? [];
  const whole = name === undefined ? undefined : secretAt(tx, place, name);
  return whole !== undefined && whole.secret.suffix === suffix ? whole : secretAt(tx, place, rest);
}
