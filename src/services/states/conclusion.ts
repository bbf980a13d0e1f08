/** What follows when an execution is over. */
import type { ExecutionState } from "../../languages/asl/run/execution.ts";
import { noteMetrics } from "../../outbox/metrics.ts";
import type { WriteTx } from "../../store/store.ts";
import { describedExecution } from "./described-execution.ts";
import { endedSample } from "./execution-metrics.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { addEvent } from "./jobs.ts";
import { executionKey } from "./keys.ts";
import { RETENTION_MS } from "./limits.ts";
import type { LoadedExecution } from "./loaded-execution.ts";
import { childEnded } from "./map-run/child.ts";

export const EXPIRY_TIMER = "states.expiry";

export function concludeExecution(
  tx: WriteTx,
  loaded: LoadedExecution,
  ended: { readonly record: ExecutionRecord; readonly state: ExecutionState },
): void {
  const { record, state } = ended;
  const key = executionKey(loaded.id);
  tx.after({ kind: EXPIRY_TIMER, dueMs: tx.nowMs + RETENTION_MS, key });
  const { parent, mapRun, startedMs } = record;
  if (mapRun !== undefined) {
    const { redriveCount } = record;
    const input = loaded.info.input.text;
    childEnded(tx, mapRun, { id: loaded.id, state, input, startedMs, redriveCount });
  } else {
    noteMetrics(tx, endedSample(loaded.id, { status: record.status, startedMs, atMs: tx.nowMs }));
  }
  if (parent === undefined) {
    return;
  }
  const description = describedExecution(loaded, {
    record,
    output: state.output?.text,
    syncVersion: parent.syncVersion,
  });
  const { threadId, ticket } = parent;
  if (record.status === "SUCCEEDED") {
    const output = JSON.stringify(description);
    addEvent(tx, parent.execution, { kind: "answered", threadId, ticket, output });
    return;
  }
  addEvent(tx, parent.execution, {
    kind: "failed",
    threadId,
    ticket,
    error: "States.TaskFailed",
    cause: JSON.stringify(description),
  });
}
