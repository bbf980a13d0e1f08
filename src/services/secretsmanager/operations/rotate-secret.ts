import type { WriteTx } from "../../../store/store.ts";
import { AwsError, notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { cannotInvokeFunction, noRotationFunction, rotationIsUnfinished } from "../errors.ts";
import { type Located, locateWritable } from "../locate.ts";
import type { SecretsManagerContext, SecretsManagerOperation } from "../ports.ts";
import { beginRun, type Rotation, withRotation } from "../rotation.ts";
import { checkRules } from "../rotation-rules.ts";
import { armRotation } from "../rotation-timer.ts";
import { type Secret, saveSecret } from "../secret.ts";
import { unfinishedVersion } from "../stages.ts";

type RotateInput = Input<"secretsmanager", "RotateSecret">;
type Rotated = Output<"secretsmanager", "RotateSecret">;

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html */
export const rotateSecret: SecretsManagerOperation<"RotateSecret"> = async (ctx, input) => {
  refuseUnsupported(input);
  checkRules(input.RotationRules ?? {});
  const wanted = { asker: ctx, operation: "RotateSecret", id: input.SecretId };
  const { secret } = await ctx.store.read((tx) => locateWritable(tx, wanted));
  await checkFunction(ctx, input.RotationLambdaARN || secret.rotation?.lambdaArn);
  const rotated = await ctx.store.write((tx): Rotated | undefined => {
    const located = locateWritable(tx, wanted);
    return rotate(tx, located, input);
  });
  if (rotated === undefined) {
    throw rotationIsUnfinished();
  }
  return rotated;
};

function refuseUnsupported(input: RotateInput): void {
  if ((input.ExternalSecretRotationMetadata ?? []).length > 0) {
    throw notSupported("secretsmanager:RotateSecret", "ExternalSecretRotationMetadata");
  }
  if (input.ExternalSecretRotationRoleArn !== undefined) {
    throw notSupported("secretsmanager:RotateSecret", "ExternalSecretRotationRoleArn");
  }
}

async function checkFunction(ctx: SecretsManagerContext, arn: string | undefined): Promise<void> {
  if (arn === undefined) {
    throw noRotationFunction();
  }
  const { accountId, region } = ctx;
  try {
    await ctx.dispatcher.call({ accountId, region }, "lambda", "GetFunctionConfiguration", {
      FunctionName: arn,
    });
  } catch (error) {
    throw error instanceof AwsError ? cannotInvokeFunction() : error;
  }
}

/**
 * `undefined` when an earlier rotation is not finished: it goes on, or is tried again, and nothing
 * else of the request is done.
 */
function rotate(tx: WriteTx, located: Located, input: RotateInput): Rotated | undefined {
  const { home, secret, arn } = located;
  const versionId = input.ClientRequestToken ?? tx.random.uuid();
  const unfinished = unfinishedVersion(secret.stages);
  const known = withRotation(secret);
  if (unfinished === undefined) {
    const configured = configure(tx, secret, input);
    const armed = armRotation(tx, home, configured);
    const kind = input.RotateImmediately === false ? "test" : "rotation";
    beginRun(tx, home, withRotation(armed) ?? configured, { kind, versionId });
    return { ARN: arn, Name: secret.name, VersionId: versionId };
  }
  const run = known?.rotation.run;
  if (known !== undefined && (run === undefined || run.isAbandoned)) {
    beginRun(tx, home, known, { kind: "rotation", versionId: unfinished });
  } else if (known === undefined) {
    const configured = configure(tx, secret, input);
    saveSecret(tx, home, configured);
    beginRun(tx, home, configured, { kind: "rotation", versionId: unfinished });
  }
  return unfinished === versionId
    ? { ARN: arn, Name: secret.name, VersionId: versionId }
    : undefined;
}

/** The secret with rotation switched on, by the rules and the function that are given or known. */
function configure(
  tx: WriteTx,
  secret: Secret,
  input: RotateInput,
): Secret & { readonly rotation: Rotation } {
  const before = secret.rotation;
  const given = input.RotationRules;
  const rules =
    given && Object.values(given).some((rule) => rule !== undefined) ? given : undefined;
  return {
    ...secret,
    rotation: {
      isEnabled: true,
      lambdaArn: input.RotationLambdaARN || (before?.lambdaArn ?? ""),
      rules: rules ?? before?.rules,
      rotatedMs: before?.rotatedMs,
      anchorMs: rules === undefined ? (before?.anchorMs ?? tx.nowMs) : tx.nowMs,
      next: before?.next,
      run: undefined,
    },
  };
}
