import type { Step } from "../../../languages/asl/run/execution.ts";
import { step } from "../../../languages/asl/run/step.ts";
import { executionArn, expressArn } from "../arns.ts";
import { machineDeleting } from "../errors.ts";
import { commitStep } from "../executor.ts";
import { addExpress, expressExecution } from "../express.ts";
import type { LoadedExecution } from "../loaded-execution.ts";
import type { StatesContext, StatesOperation } from "../ports.ts";
import {
  checkInput,
  checkName,
  earlierExecution,
  newExecution,
  newSeed,
  SEED_BYTES,
  storeNew,
} from "../start.ts";
import { existingTarget } from "../target.ts";

/**
 * The execution is stored with its first step: as many states as need nothing from outside.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export const startExecution: StatesOperation<"StartExecution"> = async (ctx, input) => {
  const name = input.name ?? ctx.random.uuid();
  const text = input.input ?? "{}";
  checkName(name);
  checkInput(text);
  const pick = ctx.random.next();
  const target = await ctx.store.read((tx) => existingTarget(tx, input.stateMachineArn, pick));
  if (target.machine.status === "DELETING") {
    throw machineDeleting(input.stateMachineArn);
  }
  const request = {
    name,
    input: text,
    seed: newSeed(ctx.random.bytes(SEED_BYTES)),
    nowMs: ctx.nowMs,
    trace: input.traceHeader ?? ctx.trace,
  };
  const startDate = new Date(ctx.nowMs);
  if (target.machine.type === "EXPRESS") {
    const job = expressExecution(target, request);
    await ctx.store.write((tx) => addExpress(tx, job));
    return { executionArn: expressArn(job.id, job.uuid), startDate };
  }
  return begin(ctx, newExecution(target, request, ctx.machines));
};

async function begin(
  ctx: StatesContext,
  execution: LoadedExecution,
): Promise<{ executionArn: string; startDate: Date }> {
  const { id, machine, info, state } = execution;
  const event = { kind: "start" } as const;
  const computed = step({ machine, info, state, event, nowMs: ctx.nowMs });
  const first = computed instanceof Promise ? await computed : computed;
  if (first === undefined) {
    throw new Error("an execution does not begin");
  }
  const outcome = await ctx.store.write((tx) => store(tx, execution, first));
  if (outcome.kind === "begun") {
    ctx.logs.write(execution, first.history);
    ctx.executor.remember({ ...execution, record: outcome.record, state: first.state });
  }
  const startDate = new Date(outcome.record.startedMs);
  return { executionArn: executionArn(id), startDate };
}

function store(
  tx: Parameters<typeof commitStep>[0],
  execution: LoadedExecution,
  first: Step,
): { readonly kind: "begun" | "known"; readonly record: LoadedExecution["record"] } {
  const earlier = earlierExecution(tx, execution.id, execution.info.input.text);
  if (earlier !== undefined) {
    return { kind: "known", record: earlier };
  }
  storeNew(tx, execution);
  return { kind: "begun", record: commitStep(tx, execution, first) };
}
