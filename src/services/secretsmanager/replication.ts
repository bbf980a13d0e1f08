/**
 * Secrets in other regions. A replica is a record that names the region of its primary secret;
 * whoever reads it reads the primary.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html
 */
import type { WriteTx } from "../../store/store.ts";
import type { ReplicaRegionType } from "../../wire/models/secretsmanager.gen.ts";
import { removeSecret } from "./deletion.ts";
import { hasReplicas, invalidParameter } from "./errors.ts";
import { type Place, replicas, secretKey, secrets, versionKey, versions } from "./keys.ts";
import { type Located, secretAt } from "./locate.ts";
import { versionsOf } from "./new-version.ts";
import { type ReplicaRegion, type Secret, saveSecret, secretArn } from "./secret.ts";

export interface Replication {
  readonly regions: readonly ReplicaRegionType[];
  /** Whether a secret of the name that is there already is overwritten. */
  readonly isForced: boolean;
}

/** Makes replicas, and stores the secret with them. */
export function replicate(
  tx: WriteTx,
  home: Place,
  secret: Secret,
  { regions, isForced }: Replication,
): Secret {
  let result = secret;
  for (const { Region: region = "", KmsKeyId: kmsKeyId } of regions) {
    if (region === "" || region === home.region) {
      throw invalidParameter("Invalid replica region.");
    }
    const others = result.replicas.filter((replica) => replica.region !== region);
    const added = replicateTo(tx, home, secret, { region, kmsKeyId, isForced });
    result = { ...result, replicas: [...others, added] };
  }
  return saveSecret(tx, home, result);
}

function replicateTo(
  tx: WriteTx,
  home: Place,
  { name }: Secret,
  to: {
    readonly region: string;
    readonly kmsKeyId: string | undefined;
    readonly isForced: boolean;
  },
): ReplicaRegion {
  const { region, kmsKeyId, isForced } = to;
  const place = { accountId: home.accountId, region };
  const present = secretAt(tx, place, name);
  const isOurs = present?.replica?.primaryRegion === home.region;
  if (present !== undefined && !isOurs && !(isForced && present.replica === undefined)) {
    return { region, kmsKeyId, failure: "Secret with this name already exists in this region" };
  }
  if (present !== undefined && !isOurs) {
    refuseReplicated(place, present.secret);
    removeSecret(tx, place, present.secret);
  }
  const accessedMs = isOurs ? present?.replica?.accessedMs : undefined;
  replicas.put(tx, secretKey(place, name), { primaryRegion: home.region, accessedMs });
  return { region, kmsKeyId, failure: undefined };
}

/** A secret goes after its replicas. */
export function refuseReplicated(home: Place, secret: Secret): void {
  const { replicas: all } = secret;
  const regions = all.filter(({ failure }) => failure === undefined).map(({ region }) => region);
  if (regions.length > 0) {
    throw hasReplicas(secretArn(home, secret), regions);
  }
}

/** Removes replicas, and stores the secret without them. */
export function unreplicate(
  tx: WriteTx,
  home: Place,
  secret: Secret,
  regions: readonly string[],
): Secret {
  for (const region of regions) {
    const replica = secret.replicas.find((one) => one.region === region);
    if (replica === undefined) {
      throw invalidParameter(`The secret has no replica in the Region ${region}.`);
    }
    if (replica.failure === undefined) {
      replicas.delete(tx, secretKey({ ...home, region }, secret.name));
    }
  }
  const kept = secret.replicas.filter(({ region }) => !regions.includes(region));
  return saveSecret(tx, home, { ...secret, replicas: kept });
}

/** Makes a replica a secret of its own, with what the primary secret has by now. */
export function promote(tx: WriteTx, { place, home, secret }: Located): void {
  const { name, replicas: all } = secret;
  for (const { versionId, version } of versionsOf(tx, home, name)) {
    versions.put(tx, versionKey(place, name, versionId), version);
  }
  const kmsKeyId = all.find(({ region }) => region === place.region)?.kmsKeyId;
  unreplicate(tx, home, secret, [place.region]);
  const promoted: Secret = { ...secret, kmsKeyId, rotation: undefined, replicas: [] };
  secrets.put(tx, secretKey(place, name), { ...promoted, changedMs: tx.nowMs });
}
