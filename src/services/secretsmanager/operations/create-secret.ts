import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { replicationStatus } from "../described.ts";
import { invalidName, nameIsBeingDeleted, secretExists } from "../errors.ts";
import { versionKey, versions } from "../keys.ts";
import { type Located, secretAt } from "../locate.ts";
import { addVersion } from "../new-version.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { replicate } from "../replication.ts";
import { newSuffix, type Secret, saveSecret, secretArn } from "../secret.ts";
import { CURRENT } from "../stages.ts";
import { withTags } from "../tags.ts";
import { givenValue, isSameValue, openValue, type Value } from "../value.ts";

type CreateInput = Input<"secretsmanager", "CreateSecret">;

const NAME = /^[a-zA-Z0-9/_+=.@!-]+$/;

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export const createSecret: SecretsManagerOperation<"CreateSecret"> = (ctx, input) => {
  const { Name: name, Type } = input;
  if (!NAME.test(name)) {
    throw invalidName();
  }
  if (Type !== undefined && Type !== "") {
    throw notSupported("secretsmanager:CreateSecret", "Type (secrets of other parties)");
  }
  const value = givenValue(input);
  return ctx.store.write((tx): Output<"secretsmanager", "CreateSecret"> => {
    const present = secretAt(tx, ctx, name);
    if (present !== undefined) {
      return repeated(tx, present, { input, value });
    }
    const versionId = input.ClientRequestToken ?? tx.random.uuid();
    const place = { accountId: ctx.accountId, region: ctx.region };
    const blank = newSecret(tx, input);
    const filled =
      value === undefined
        ? blank
        : addVersion(tx, place, blank, { versionId, value, labels: [CURRENT] });
    const { AddReplicaRegions: regions = [], ForceOverwriteReplicaSecret: isForced = false } =
      input;
    const secret =
      regions.length === 0
        ? saveSecret(tx, place, filled)
        : replicate(tx, place, filled, { regions, isForced });
    return {
      ARN: secretArn(place, secret),
      Name: name,
      VersionId: value && versionId,
      ReplicationStatus:
        regions.length === 0 ? undefined : replicationStatus(tx, { home: place, secret }),
    };
  });
};

function newSecret(tx: WriteTx, input: CreateInput): Secret {
  return {
    name: input.Name,
    suffix: newSuffix(tx),
    description: input.Description,
    kmsKeyId: input.KmsKeyId === "" ? undefined : input.KmsKeyId,
    createdMs: tx.nowMs,
    changedMs: tx.nowMs,
    accessedMs: undefined,
    deletionMs: undefined,
    tags: withTags({}, input.Tags ?? []),
    policy: undefined,
    stages: {},
    rotation: undefined,
    replicas: [],
  };
}

/** The same request, which comes again because its answer was lost, gets that answer. */
function repeated(
  tx: WriteTx,
  { home, secret, replica, arn }: Located,
  request: { readonly input: CreateInput; readonly value: Value | undefined },
): Output<"secretsmanager", "CreateSecret"> {
  const { name } = secret;
  if (secret.deletionMs !== undefined) {
    throw nameIsBeingDeleted();
  }
  const { input, value } = request;
  const versionId = input.ClientRequestToken;
  const version = versionId && versions.get(tx, versionKey(home, name, versionId));
  const isSame =
    versionId !== undefined &&
    version &&
    version.value !== undefined &&
    value !== undefined &&
    replica === undefined &&
    isSameValue(openValue(tx, { place: home, name, versionId }, version.value), value);
  if (!isSame) {
    throw secretExists(name);
  }
  return { ARN: arn, Name: name, VersionId: versionId };
}
