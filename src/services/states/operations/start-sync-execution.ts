import { expressArn, machineArn } from "../arns.ts";
import { machineTypeNotSupported } from "../errors.ts";
import { expressExecution } from "../express.ts";
import type { StatesOperation } from "../ports.ts";
import { checkInput, checkName, newSeed, SEED_BYTES } from "../start.ts";
import { existingTarget } from "../target.ts";

const BILLED_STEP_MS = 100;
const BILLED_MEMORY_MB = 64;

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html */
export const startSyncExecution: StatesOperation<"StartSyncExecution"> = async (ctx, input) => {
  const name = input.name ?? ctx.random.uuid();
  const text = input.input ?? "{}";
  checkName(name);
  checkInput(text);
  const pick = ctx.random.next();
  const target = await ctx.store.read((tx) => existingTarget(tx, input.stateMachineArn, pick));
  if (target.machine.type !== "EXPRESS") {
    throw machineTypeNotSupported();
  }
  const trace = input.traceHeader ?? ctx.trace;
  const seed = newSeed(ctx.random.bytes(SEED_BYTES));
  const job = expressExecution(target, { name, input: text, seed, nowMs: ctx.nowMs, trace });
  const { status, output, failure } = await ctx.express.run(job, target.revision, ctx.abort);
  const stopMs = ctx.clock.nowMs();
  const withData = input.includedData !== "METADATA_ONLY";
  const billedSteps = Math.max(1, Math.ceil((stopMs - ctx.nowMs) / BILLED_STEP_MS));
  return {
    executionArn: expressArn(job.id, job.uuid),
    stateMachineArn: machineArn(target.owner, target.machine.name),
    name,
    startDate: new Date(ctx.nowMs),
    stopDate: new Date(stopMs),
    status: status === "ABORTED" ? "FAILED" : status,
    ...(failure?.error !== undefined && { error: failure.error }),
    ...(failure?.cause !== undefined && { cause: failure.cause }),
    ...(withData && { input: text }),
    inputDetails: { included: withData },
    ...(output !== undefined && withData && { output: output.text }),
    outputDetails: { included: withData },
    ...(trace !== undefined && { traceHeader: trace }),
    billingDetails: {
      billedMemoryUsedInMB: BILLED_MEMORY_MB,
      billedDurationInMilliseconds: billedSteps * BILLED_STEP_MS,
    },
  };
};
