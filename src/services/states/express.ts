/**
 * Express executions: run in memory from their start to their end.
 *
 * Synchronous ones are at most once: the caller waits, and a crash is an answer that never comes.
 * Asynchronous ones are at least once: they are a job of the outbox until they are over.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
import type { Machine } from "../../languages/asl/machine.ts";
import type {
  Effect,
  ExecutionInfo,
  ExecutionState,
  StepEvent,
  TaskEffect,
} from "../../languages/asl/run/execution.ts";
import { NEW_EXECUTION } from "../../languages/asl/run/new-execution.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import { step } from "../../languages/asl/run/step.ts";
import { addJob } from "../../outbox/job.ts";
import type { ReceiveMetrics } from "../../outbox/metrics.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Store, WriteTx } from "../../store/store.ts";
import { expressArn, machineArn } from "./arns.ts";
import type { ExecutionLogs } from "./execution-logs.ts";
import { endedSample, startedSample } from "./execution-metrics.ts";
import type { MapRunChild } from "./execution-record.ts";
import { performTask } from "./integrations/perform.ts";
import type { IntegrationPorts } from "./integrations/task.ts";
import { EXPRESS_JOB } from "./jobs.ts";
import { type ExecutionId, machineNameOf, ownedKey, revisions } from "./keys.ts";
import { EXPRESS_DURATION_MS_MAX } from "./limits.ts";
import { machineFor } from "./loaded-execution.ts";
import type { MachineCache } from "./machine-cache.ts";
import type { Revision } from "./machine-record.ts";
import type { Target } from "./target.ts";
import { taskEvent } from "./task-event.ts";

/** An Express execution that is to run: all it needs. */
export interface ExpressJob {
  readonly id: ExecutionId;
  readonly uuid: string;
  readonly revisionKey: string;
  readonly version: number | undefined;
  readonly alias: string | undefined;
  readonly input: string;
  readonly seed: string;
  readonly startedMs: number;
  readonly trace: string | undefined;
  readonly mapRun?: MapRunChild | undefined;
}

export interface ExpressRunner {
  run(job: ExpressJob, revision: Revision, abort?: AbortSignal): Promise<ExecutionState>;
  /** One that was accepted earlier; `undefined` when its machine is gone. */
  runStored(job: ExpressJob): Promise<ExecutionState | undefined>;
}

export interface ExpressPorts extends IntegrationPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly machines: MachineCache;
  readonly logs: ExecutionLogs;
  readonly countMetrics: ReceiveMetrics;
}

export function expressExecution(
  { owner, machine, revision, version, alias }: Target,
  request: {
    readonly name: string;
    readonly input: string;
    readonly seed: string;
    readonly nowMs: number;
    readonly trace: string | undefined;
  },
): ExpressJob {
  const { name, input, seed, nowMs, trace } = request;
  return {
    id: { ...owner, machine: machine.name, name },
    uuid: uuidOf(seed),
    revisionKey: revision.key,
    version: version?.number,
    alias: alias?.name,
    input,
    seed,
    startedMs: nowMs,
    trace,
  };
}

function uuidOf(seed: string): string {
  const parts = [seed.slice(0, 8), seed.slice(8, 12), seed.slice(12, 16), seed.slice(16, 20)];
  return [...parts, seed.slice(20)].join("-");
}

export function addExpress(tx: WriteTx, job: ExpressJob): void {
  addJob(tx, { kind: EXPRESS_JOB, lane: "express", body: job });
}

export function createExpressRunner(ports: ExpressPorts): ExpressRunner {
  const run: ExpressRunner["run"] = async (job, revision, abort) => {
    const machine = bounded(machineFor(job, ports.machines.machineOf(revision)));
    const atMs = ports.clock.nowMs();
    const state = await new ExpressRun(ports, { job, revision, machine }).run(abort);
    if (job.mapRun === undefined) {
      const ended = { status: state.status, startedMs: atMs, atMs: ports.clock.nowMs() };
      ports.countMetrics(startedSample(job.id, atMs));
      ports.countMetrics(endedSample(job.id, ended));
    }
    return state;
  };
  return {
    run,
    async runStored(job) {
      const key = [...ownedKey(job.id, machineNameOf(job.id)), job.revisionKey];
      const revision = await ports.store.read((tx) => revisions.get(tx, key));
      return revision === undefined ? undefined : run(job, revision);
    },
  };
}

const boundedMachines = new WeakMap<Machine, Machine>();

/** No Express execution runs longer than five minutes, whatever its machine says. */
function bounded(machine: Machine): Machine {
  const known = boundedMachines.get(machine);
  if (known !== undefined) {
    return known;
  }
  const most = EXPRESS_DURATION_MS_MAX / 1_000;
  const timeoutSeconds = Math.min(machine.timeoutSeconds ?? most, most);
  const result = { ...machine, timeoutSeconds };
  boundedMachines.set(machine, result);
  return result;
}

/** Given as the reason, because the one that `abort` makes by itself has a stack, which costs. */
const CALLED_OFF = "called off";

class ExpressRun {
  readonly #ports: ExpressPorts;
  readonly #job: ExpressJob;
  readonly #revision: Revision;
  readonly #machine: Machine;
  readonly #info: ExecutionInfo;
  readonly #inbox: StepEvent[] = [{ kind: "start" }];
  readonly #sleeps = new Map<number, AbortController>();
  #arrived: (() => void) | undefined;
  #state: ExecutionState = NEW_EXECUTION;

  constructor(
    ports: ExpressPorts,
    run: { readonly job: ExpressJob; readonly revision: Revision; readonly machine: Machine },
  ) {
    this.#ports = ports;
    this.#job = run.job;
    this.#revision = run.revision;
    this.#machine = run.machine;
    this.#info = infoOf(run.job, run.revision);
  }

  async run(abort: AbortSignal | undefined): Promise<ExecutionState> {
    const wake = (): void => this.#arrive({ kind: "abort", failure: {} });
    abort?.addEventListener("abort", wake, { once: true });
    try {
      while (this.#state.status === "RUNNING") {
        const event = this.#inbox.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => {
            this.#arrived = resolve;
          });
        } else {
          await this.#take(event);
        }
      }
    } finally {
      abort?.removeEventListener("abort", wake);
      for (const sleep of this.#sleeps.values()) {
        sleep.abort(CALLED_OFF);
      }
    }
    return this.#state;
  }

  async #take(event: StepEvent): Promise<void> {
    const computed = step({
      machine: this.#machine,
      info: this.#info,
      state: this.#state,
      event,
      nowMs: this.#ports.clock.nowMs(),
    });
    const taken = computed instanceof Promise ? await computed : computed;
    if (taken === undefined) {
      return;
    }
    this.#state = taken.state;
    this.#ports.logs.write({ info: this.#info, revision: this.#revision }, taken.history);
    for (const effect of taken.effects) {
      this.#perform(effect);
    }
  }

  #arrive(event: StepEvent): void {
    this.#inbox.push(event);
    this.#arrived?.();
    this.#arrived = undefined;
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "wake": {
        const { threadId, wake } = effect;
        this.#sleep(wake.atMs, { kind: "wake", threadId, ticket: wake.ticket });
        break;
      }
      case "deadline":
        this.#sleep(effect.wake.atMs, { kind: "deadline", ticket: effect.wake.ticket });
        break;
      case "cancel-wake":
      case "cancel-deadline":
        this.#sleeps.get(effect.wake.ticket)?.abort(CALLED_OFF);
        this.#sleeps.delete(effect.wake.ticket);
        break;
      case "continue":
        this.#arrive({ kind: "continue" });
        break;
      case "task":
        void this.#doTask(effect);
        break;
      default:
    }
  }

  #sleep(atMs: number, event: StepEvent & { readonly ticket: number }): void {
    const sleep = new AbortController();
    this.#sleeps.set(event.ticket, sleep);
    void this.#ports.clock.sleepUntil(atMs, sleep.signal).then(() => {
      if (!sleep.signal.aborted) {
        this.#arrive(event);
      }
    });
  }

  async #doTask(task: TaskEffect): Promise<void> {
    const { id, trace } = this.#job;
    const { accountId, region } = id;
    const { arn, machineArn: machine } = this.#info;
    try {
      const outcome = await performTask(this.#ports, {
        resource: task.resource,
        input: task.input.json,
        caller: { accountId, region, trace },
        execution: { arn, machineArn: machine },
      });
      this.#arrive(taskEvent(task, outcome, false));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const failure = { error: "States.Runtime", cause };
      this.#arrive(taskEvent(task, { kind: "failed", failure }, false));
    }
  }
}

function infoOf(job: ExpressJob, revision: Revision): ExecutionInfo {
  const { id } = job;
  const arn = machineArn(id, id.machine);
  return {
    arn: expressArn(id, job.uuid),
    name: id.name,
    input: Payload.ofText(job.input),
    startedMs: job.startedMs,
    roleArn: revision.roleArn,
    machineArn: arn,
    machineName: id.machine,
    versionArn: job.version === undefined ? undefined : `${arn}:${job.version}`,
    aliasArn: job.alias === undefined ? undefined : `${arn}:${job.alias}`,
    region: id.region,
    redriveCount: 0,
    seed: job.seed,
    eventsMax: Number.MAX_SAFE_INTEGER,
  };
}
