/** Does the steps of rotations: calls the function of each, and waits for its answer. */
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { parseJsonObject } from "../../base/json.ts";
import type { Job, JobKind, Outcome } from "../../outbox/job.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { ROTATION_LANE_CONCURRENCY_MAX } from "./limits.ts";
import type { SecretsManagerPorts } from "./ports.ts";
import { afterStep, currentRun, type StepJob, type StepResult, stepName } from "./rotation.ts";
import { secretArn } from "./secret.ts";

type Ports = Pick<SecretsManagerPorts, "store" | "dispatcher">;

export function rotationJobs(ports: Ports): JobKind<StepJob, StepResult> {
  return {
    laneConcurrencyMax: ROTATION_LANE_CONCURRENCY_MAX,
    attempt: (job) => attempt(ports, job),
    settle(tx, job, outcome) {
      return outcome.kind === "delivered" ? afterStep(tx, job.body, outcome.detail) : [];
    },
  };
}

async function attempt(
  ports: Ports,
  { body: job }: Job<StepJob>,
): Promise<Outcome<StepJob, StepResult>> {
  const secret = await ports.store.read((tx) => currentRun(tx, job));
  if (secret === undefined) {
    return { kind: "dropped", because: `The rotation of ${job.name} was cancelled.` };
  }
  try {
    const { FunctionError, Payload } = await ports.dispatcher.call(job.place, "lambda", "Invoke", {
      FunctionName: secret.rotation.lambdaArn,
      Payload: utf8Encode(eventOf(job, secretArn(job.place, secret))),
    });
    const succeeded = FunctionError === undefined;
    const detail: StepResult = succeeded
      ? { succeeded }
      : { succeeded, reason: reasonOf(Payload) ?? FunctionError };
    return { kind: "delivered", detail };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return error.code === "TooManyRequestsException"
      ? { kind: "throttled" }
      : { kind: "delivered", detail: { succeeded: false, reason: error.message } };
  }
}

/** What a function says of its failure, without its stack. */
function reasonOf(payload: Uint8Array | undefined): string | undefined {
  const message = payload && parseJsonObject(utf8Decode(payload))?.["errorMessage"];
  return typeof message === "string" ? message : undefined;
}

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
function eventOf(job: StepJob, arn: string): string {
  const { versionId, token } = job.run;
  return JSON.stringify({
    Step: stepName(job),
    SecretId: arn,
    ClientRequestToken: versionId,
    RotationToken: token,
  });
}
