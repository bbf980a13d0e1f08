/**
 * Executions that a Task starts: in the transaction in which the task's execution goes on, so that
 * a crash starts none twice.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
import { isObject, type Json } from "../../languages/asl/data/scope.ts";
import type { Integration } from "../../languages/asl/resource.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import { type Job, jobKey } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { loadModel } from "../../wire/models.ts";
import { executionArn, expressArn } from "./arns.ts";
import { machineTypeNotSupported } from "./errors.ts";
import { addExpress, expressExecution } from "./express.ts";
import { callMetadata } from "./integrations/operation-call.ts";
import { serviceFailure } from "./integrations/service-error.ts";
import { type TaskOutcome, unusableInput } from "./integrations/task.ts";
import type { TaskJob } from "./jobs.ts";
import { executionKey, executions } from "./keys.ts";
import type { BoundStatesPorts } from "./ports.ts";
import { checkInput, checkName, earlierExecution, newExecution, storeAndBegin } from "./start.ts";
import { existingTarget, type Target } from "./target.ts";

interface Request {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly trace: string | undefined;
}

const MEMBERS = ["StateMachineArn", "Input", "Name", "TraceHeader"];

export async function startNested(
  ports: BoundStatesPorts,
  job: Job<TaskJob>,
  resource: Integration,
): Promise<void> {
  const { body } = job;
  const { execution, threadId, ticket } = body;
  const done = (tx: WriteTx): void => tx.delete(jobKey(job));
  const fail = async (outcome: TaskOutcome): Promise<void> => {
    const failure = outcome.kind === "failed" ? outcome.failure : {};
    const event = { kind: "task-failed", threadId, ticket, failure } as const;
    await ports.executor.deliver(execution, event, done);
  };
  const input = JSON.parse(body.input) as Json;
  const problems = problemsOf(input);
  if (problems.length > 0) {
    await fail(unusableInput(input, problems));
    return;
  }
  const requestId = ports.random.uuid();
  try {
    const started = await prepare(ports, requestOf(input, body), { body, resource });
    const output = Payload.ofJson({ ...started.output, ...callMetadata(requestId) });
    const kind = resource.pattern === "requestResponse" ? "task-succeeded" : "task-submitted";
    await ports.executor.deliver(execution, { kind, threadId, ticket, output }, (tx) => {
      started.commit(tx);
      done(tx);
    });
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    await fail(serviceFailure(loadModel("states"), error, { isSdk: false, requestId }));
  }
}

function problemsOf(input: Json): readonly string[] {
  if (!isObject(input)) {
    return ['The field "StateMachineArn" is required but was missing'];
  }
  const unknown = Object.keys(input)
    .filter((name) => !MEMBERS.includes(name))
    .map((name) => `The field "${name}" is not supported by Step Functions`);
  const missing =
    input.StateMachineArn === undefined
      ? ['The field "StateMachineArn" is required but was missing']
      : [];
  const texts = ["StateMachineArn", "Name", "TraceHeader"]
    .filter((name) => input[name] !== undefined && typeof input[name] !== "string")
    .map((name) => `The value for the field '${name}' must be a STRING`);
  return [...unknown, ...missing, ...texts];
}

/** Without a name the task's secret serves: the same at every attempt. */
function requestOf(input: Json, body: TaskJob): Request {
  const given = isObject(input) ? input : {};
  const { StateMachineArn: arn, Name: name, Input: payload = {}, TraceHeader: trace } = given;
  return {
    stateMachineArn: String(arn),
    name: typeof name === "string" ? name : body.secret,
    input: typeof payload === "string" ? payload : JSON.stringify(payload),
    trace: typeof trace === "string" ? trace : body.trace,
  };
}

interface Prepared {
  readonly output: { readonly ExecutionArn: string; readonly StartDate: number };
  /** In the transaction of the task's execution. Throws an `AwsError`. */
  commit(tx: WriteTx): void;
}

async function prepare(
  ports: BoundStatesPorts,
  request: Request,
  task: { readonly body: TaskJob; readonly resource: Integration },
): Promise<Prepared> {
  checkName(request.name);
  checkInput(request.input);
  const target = await ports.store.read((tx) =>
    existingTarget(tx, request.stateMachineArn, ports.random.next()),
  );
  const nowMs = ports.clock.nowMs();
  // Of the secret, so that an attempt that comes again makes the same execution.
  const seed = task.body.secret.replaceAll("-", "");
  const { name, input, trace } = request;
  if (target.machine.type === "EXPRESS") {
    return nestedExpress(target, { name, input, seed, nowMs, trace }, task.resource);
  }
  const { execution, threadId, ticket } = task.body;
  const { pattern, syncVersion } = task.resource;
  const parent = pattern === "sync" ? { execution, threadId, ticket, syncVersion } : undefined;
  const child = newExecution(target, { name, input, seed, nowMs, trace, parent }, ports.machines);
  return {
    output: { ExecutionArn: executionArn(child.id), StartDate: nowMs },
    commit(tx) {
      const earlier = earlierExecution(tx, child.id, input);
      if (earlier === undefined) {
        storeAndBegin(tx, child);
      } else if (parent !== undefined) {
        executions.put(tx, executionKey(child.id), {
          ...earlier,
          parent,
          steps: earlier.steps + 1,
        });
      }
    },
  };
}

function nestedExpress(
  target: Target,
  request: Parameters<typeof expressExecution>[1],
  resource: Integration,
): Prepared {
  if (resource.pattern === "sync") {
    throw machineTypeNotSupported();
  }
  const job = expressExecution(target, request);
  return {
    output: { ExecutionArn: expressArn(job.id, job.uuid), StartDate: request.nowMs },
    commit: (tx) => addExpress(tx, job),
  };
}
