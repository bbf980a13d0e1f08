/** Reads one queue for one function: an event source mapping. */
import type { PolledMapping } from "../outbox/event-source.ts";
import { AwsError } from "../wire/aws-error.ts";
import { failedItems } from "./batch-response.ts";
import { type PollerPorts, QueueReader, type Turn } from "./queue-reader.ts";
import { type SqsBatch, type SqsRecord, sqsBatches } from "./sqs-event.ts";

/** Between tries while the function is throttled, doubled each time. */
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 60_000;

export class SqsPoller {
  readonly mapping: PolledMapping;
  readonly #ports: PollerPorts;
  readonly #reader: QueueReader;

  constructor(ports: PollerPorts, mapping: PolledMapping) {
    this.#ports = ports;
    this.mapping = mapping;
    const reading = {
      ...mapping,
      queueArn: mapping.sourceArn,
      label: `The event source mapping ${mapping.uuid}`,
    };
    this.#reader = new QueueReader(ports, reading, (records, turn) => this.#consume(records, turn));
  }

  start(): void {
    this.#reader.start();
  }

  /** Receives no more; resolves when the batches that are with the function are finished. */
  drain(): Promise<void> {
    return this.#reader.drain();
  }

  /** The same, and abandons those batches: their messages come back. */
  stop(): Promise<void> {
    return this.#reader.stop();
  }

  /**
   * One invocation, or several when the records are too large for one. A message of a group never
   * goes to the function behind one of the same group that failed.
   */
  async #consume(records: readonly SqsRecord[], turn: Turn): Promise<void> {
    const failedGroups = new Set<string>();
    for (const batch of sqsBatches(records)) {
      const wanted = withoutGroups(batch, failedGroups);
      if (wanted !== undefined) {
        const done = await this.#invoke(wanted, turn);
        await turn.done(done);
        if (this.#isFifo) {
          addGroups(failedGroups, wanted.records, new Set(done));
        }
      }
    }
  }

  get #isFifo(): boolean {
    return this.mapping.sourceArn.endsWith(".fifo");
  }

  /** The records that the function is done with. */
  async #invoke(batch: SqsBatch, turn: Turn): Promise<readonly SqsRecord[]> {
    const { clock, dispatcher } = this.#ports;
    const { accountId, region, functionArn } = this.mapping;
    let delayMs = DELAY_MS_MIN;
    while (!turn.abort.aborted) {
      try {
        const caller = { accountId, region, trace: traceOf(batch.records) };
        const result = await dispatcher.call(caller, "lambda", "Invoke", {
          FunctionName: functionArn,
          Payload: batch.payload,
        });
        if (result.FunctionError === undefined) {
          return this.#succeeded(batch, result.Payload ?? new Uint8Array(0));
        }
        turn.backOff();
        return [];
      } catch (error) {
        turn.backOff();
        const retryMs = clock.nowMs() + delayMs;
        if (!isThrottling(error) || retryMs >= turn.hiddenUntilMs) {
          await turn.rest("cannot invoke its function", error);
          return [];
        }
        await clock.sleepUntil(retryMs, turn.abort);
        delayMs = Math.min(delayMs * 2, DELAY_MS_MAX);
      }
    }
    return [];
  }

  #succeeded(batch: SqsBatch, response: Uint8Array): readonly SqsRecord[] {
    if (!this.mapping.reportsItemFailures) {
      return batch.records;
    }
    const failed = failedItems(response, new Set(batch.records.map((record) => record.messageId)));
    return failed === "all" ? [] : batch.records.filter(({ messageId }) => !failed.has(messageId));
  }
}

/** Adds the groups of what is not done. */
function addGroups(
  groups: Set<string>,
  records: readonly SqsRecord[],
  done: ReadonlySet<SqsRecord>,
): void {
  for (const record of records) {
    if (!done.has(record)) {
      groups.add(groupOf(record));
    }
  }
}

function groupOf({ attributes }: SqsRecord): string {
  return attributes["MessageGroupId"] ?? "";
}

/** `undefined` when nothing is left. */
function withoutGroups(batch: SqsBatch, groups: ReadonlySet<string>): SqsBatch | undefined {
  if (groups.size === 0) {
    return batch;
  }
  return sqsBatches(batch.records.filter((record) => !groups.has(groupOf(record))))[0];
}

/** That of the first message that has one. */
export function traceOf(records: readonly SqsRecord[]): string | undefined {
  return records.find(({ attributes }) => attributes["AWSTraceHeader"] !== undefined)?.attributes[
    "AWSTraceHeader"
  ];
}

export function isThrottling(error: unknown): boolean {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}
