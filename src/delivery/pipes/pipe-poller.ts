/**
 * The source side of a pipe: one kind of source, one poller.
 *
 * A poller hands batches to `executePipe` and lets go only of the records that the target has: a
 * message of a queue is deleted after that, and one that failed comes back when its visibility
 * timeout ends. So delivery is at least once.
 */
import type { PolledPipe } from "../../outbox/polled-pipe.ts";
import type { Poller } from "../pollers.ts";
import { type PollerPorts, QueueReader, type Turn } from "../queue-reader.ts";
import type { SqsRecord } from "../sqs-event.ts";
import { traceOf } from "../sqs-poller.ts";
import type { StreamPollerPorts } from "../stream-poller.ts";
import { executePipe } from "./pipe-execution.ts";
import type { PipeHttpPorts } from "./pipe-http.ts";
import { streamPipePoller } from "./pipe-stream.ts";

export type PipePollerPorts = PollerPorts & StreamPollerPorts & PipeHttpPorts;

export function pipePoller(ports: PipePollerPorts, pipe: PolledPipe): Poller {
  if (pipe.stream !== undefined) {
    return streamPipePoller(ports, pipe, pipe.stream);
  }
  const reading = {
    ...pipe,
    label: `The pipe ${pipe.name}`,
    queueArn: pipe.sourceArn,
    concurrencyMax: undefined,
  };
  return new QueueReader(ports, reading, (records, turn) => consume(ports, pipe, records, turn));
}

async function consume(
  ports: PipePollerPorts,
  pipe: PolledPipe,
  records: readonly SqsRecord[],
  turn: Turn,
): Promise<void> {
  const batch = records.map((record) => ({ id: record.messageId, event: record }));
  const { failed, trouble } = await executePipe(ports, pipe, {
    records: batch,
    trace: traceOf(records),
    abort: turn.abort,
  });
  await turn.done(records.filter(({ messageId }) => !failed.has(messageId)));
  if (trouble !== undefined) {
    await turn.rest(trouble.what, trouble.error);
  }
}
