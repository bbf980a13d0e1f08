/**
 * Secrets Manager over the test store: timers and the outbox worker run, and calls of Lambda come to
 * a scripted rotation function.
 */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createSecretsManager } from "../services/secretsmanager/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop, type TimerLoop } from "../store/timers.ts";
import { AwsError } from "../wire/aws-error.ts";
import { type ServiceCaller, serviceCaller } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

export interface SecretsManagerFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly call: ServiceCaller<"secretsmanager">;
  /** What the function was called with so far. */
  readonly events: RotationEvent[];
  /** What the function does from now on; a throw is its failure. */
  script(run: (event: RotationEvent) => Promise<unknown>): void;
  /** A function that rotates as AWS's templates do: the values are `rotated-1`, `rotated-2`, ... */
  rotateProperly(event: RotationEvent): Promise<void>;
  stopWorkers(): Promise<void>;
  startWorkers(): void;
}

export const ROTATION_LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:rotate";

export function createSecretsManagerFixture(): SecretsManagerFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const core = { store, clock, random, log };
  const events: RotationEvent[] = [];
  let script: (event: RotationEvent) => Promise<unknown> = async () => null;
  const secretsManager = createSecretsManager({ ...core, dispatcher: lambdaOnly(events, run) });
  const call = serviceCaller<"secretsmanager">(secretsManager.service, clock);
  let timers: TimerLoop | undefined;
  let worker: ReturnType<typeof createOutboxWorker> | undefined;
  function run(event: RotationEvent): Promise<unknown> {
    return script(event);
  }
  const startWorkers = () => {
    timers = createTimerLoop({ ...core, handlers: secretsManager.service.timers ?? {} });
    worker = createOutboxWorker({ ...core, kinds: secretsManager.jobs });
    timers.start();
    worker.start();
  };
  startWorkers();
  let rotations = 0;
  return {
    store,
    clock,
    log,
    call,
    events,
    script(next) {
      script = next;
    },
    rotateProperly: (event) => {
      rotations += event.Step === "createSecret" ? 1 : 0;
      return rotateProperly(call, event, `rotated-${rotations}`);
    },
    startWorkers,
    async stopWorkers() {
      await timers?.stop();
      await worker?.stop();
    },
  };
}

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
async function rotateProperly(
  call: ServiceCaller<"secretsmanager">,
  { Step, SecretId, ClientRequestToken, RotationToken }: RotationEvent,
  SecretString: string,
): Promise<void> {
  if (Step === "createSecret") {
    await call("PutSecretValue", {
      SecretId,
      ClientRequestToken,
      RotationToken,
      SecretString,
      VersionStages: ["AWSPENDING"],
    });
  }
  if (Step === "finishSecret") {
    const { VersionIdsToStages = {} } = await call("DescribeSecret", { SecretId });
    const current = Object.entries(VersionIdsToStages).find(([, labels]) =>
      labels.includes("AWSCURRENT"),
    );
    await call("UpdateSecretVersionStage", {
      SecretId,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId: current?.[0],
    });
  }
}

function lambdaOnly(
  events: RotationEvent[],
  run: (event: RotationEvent) => Promise<unknown>,
): Dispatcher {
  const callByName: Dispatcher["callByName"] = async (_, service, operation, input) => {
    const { FunctionName, Payload } = input as {
      readonly FunctionName: string;
      readonly Payload?: Uint8Array;
    };
    if (service !== "lambda" || FunctionName !== ROTATION_LAMBDA) {
      throw new AwsError({
        code: "ResourceNotFoundException",
        message: "no function",
        status: 404,
      });
    }
    if (operation !== "Invoke" || Payload === undefined) {
      return {};
    }
    const event = JSON.parse(utf8Decode(Payload)) as RotationEvent;
    events.push(event);
    try {
      return { Payload: utf8Encode(JSON.stringify((await run(event)) ?? null)) };
    } catch (error) {
      const text = JSON.stringify({ errorMessage: String(error) });
      return { FunctionError: "Unhandled", Payload: utf8Encode(text) };
    }
  };
  return { callByName, call: callByName as Dispatcher["call"] };
}
