/**
 * The states of pipes on their way, and what pollers see of them.
 *
 * Changes of state take effect through a timer that is due at once, so that a pipe is seen in the
 * states in between, as on AWS.
 */
import type {
  PipeLogging,
  PipeLogLevel,
  PipeSources,
  PolledPipe,
} from "../../outbox/polled-pipe.ts";
import type { ReadTx, Store, Timer, WriteTx } from "../../store/store.ts";
import { type Owner, pipeKey, pipes } from "./keys.ts";
import { BATCH_SIZE_DEFAULT } from "./limits.ts";
import { type Pipe, type PipeState, pipeArn } from "./pipe.ts";
import { batchingOf } from "./source.ts";
import { endReading, streamRulesOf } from "./stream-source.ts";

export const PIPE_TIMER = "pipes.state";
const PIPES_TOPIC = "pipes:running";

/** Where a pipe arrives. */
export interface Arrival {
  readonly state: "RUNNING" | "STOPPED" | "CREATE_FAILED" | "gone";
  readonly reason?: string | undefined;
}

/** Stores a pipe on its way to another state. */
export function putInTransit(tx: WriteTx, owner: Owner, pipe: Pipe, arrival: Arrival): void {
  const key = pipeKey(owner, pipe.name);
  pipes.put(tx, key, pipe);
  tx.after({ kind: PIPE_TIMER, dueMs: tx.nowMs, key, payload: arrival });
  tx.signal(PIPES_TOPIC);
}

export function runPipeTimer(tx: WriteTx, timer: Timer): void {
  const pipe = pipes.get(tx, timer.key);
  const arrival = timer.payload as Arrival;
  if (pipe === undefined) {
    return;
  }
  // A pipe that is being deleted stays so, whatever was under way before.
  if (arrival.state === "gone" || pipe.currentState === "DELETING") {
    pipes.delete(tx, timer.key);
    endReading(tx, pipe);
  } else {
    const currentState: PipeState = arrival.state;
    pipes.put(tx, timer.key, { ...pipe, currentState, stateReason: arrival.reason });
  }
  tx.signal(PIPES_TOPIC);
}

export function createPipeSources(store: Store): PipeSources {
  return { topic: PIPES_TOPIC, running: () => store.read(runningPipes) };
}

function runningPipes(tx: ReadTx): readonly PolledPipe[] {
  const running: PolledPipe[] = [];
  for (const { id, record } of pipes.list(tx)) {
    if (record.currentState === "RUNNING") {
      const [region = "", accountId = ""] = id.map(String);
      running.push(polled({ region, accountId }, record));
    }
  }
  return running;
}

function polled(owner: Owner, pipe: Pipe): PolledPipe {
  const { sourceParameters, enrichment, enrichmentParameters, target, targetParameters } = pipe;
  const { BatchSize, MaximumBatchingWindowInSeconds: windowSeconds } = batchingOf(pipe);
  return {
    ...owner,
    arn: pipeArn(owner, pipe.name),
    name: pipe.name,
    sourceArn: pipe.source,
    batchSize: BatchSize ?? BATCH_SIZE_DEFAULT,
    batchWindowMs: (windowSeconds ?? 0) * 1_000,
    filters: (sourceParameters.FilterCriteria?.Filters ?? []).flatMap(
      ({ Pattern }) => Pattern ?? [],
    ),
    enrichment:
      enrichment === undefined
        ? undefined
        : {
            arn: enrichment,
            template: enrichmentParameters?.InputTemplate,
            http: enrichmentParameters?.HttpParameters,
          },
    target: {
      arn: target,
      template: targetParameters?.InputTemplate,
      http: targetParameters?.HttpParameters,
    },
    targetParameters: targetParameters ?? {},
    log: loggingOf(pipe.logConfiguration),
    stream: streamRulesOf(pipe),
  };
}

function loggingOf(configuration: Pipe["logConfiguration"]): PipeLogging | undefined {
  const groupArn = configuration?.CloudwatchLogsLogDestination?.LogGroupArn;
  return configuration === undefined || groupArn === undefined || configuration.Level === "OFF"
    ? undefined
    : {
        level: configuration.Level as PipeLogLevel,
        groupArn,
        includesData: configuration.IncludeExecutionData?.includes("ALL") === true,
      };
}
