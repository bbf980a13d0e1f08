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
    this.#reader = new QueueReader(ports, reading, async (records, turn) => {
      for (const batch of sqsBatches(records)) {
        await turn.done(await this.#invoke(batch, turn));
      }
    });
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
        return result.FunctionError === undefined
          ? this.#succeeded(batch, result.Payload ?? new Uint8Array(0))
          : [];
      } catch (error) {
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

/** That of the first message that has one. */
export function traceOf(records: readonly SqsRecord[]): string | undefined {
  return records.find(({ attributes }) => attributes["AWSTraceHeader"] !== undefined)?.attributes[
    "AWSTraceHeader"
  ];
}

export function isThrottling(error: unknown): boolean {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}
