import type { WriteTx } from "../../../store/store.ts";
import { invalidParameterValue, queueNameExists } from "../errors.ts";
import { queueTags } from "../keys.ts";
import { QUEUE_NAME_LENGTH_MAX } from "../limits.ts";
import type { SqsOperation } from "../ports.ts";
import {
  findQueue,
  type Queue,
  type QueueName,
  type QueueSettings,
  queueUrl,
  saveQueue,
} from "../queue.ts";
import { changedSettings, defaultSettings, differingAttribute } from "../queue-attributes.ts";
import { checkRedrive, indexRedrive } from "../redrive.ts";
import { watchRetention } from "../removal.ts";
import { checkTags } from "../tags.ts";

const NAME_BASE = /^[A-Za-z0-9_-]+$/;
const FIFO_SUFFIX = ".fifo";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export const createQueue: SqsOperation<"CreateQueue"> = async (ctx, input) => {
  const name = { region: ctx.region, accountId: ctx.accountId, name: input.QueueName };
  const attributes = input.Attributes ?? {};
  const settings = changedSettings(defaultSettings(attributes), attributes);
  checkName(input.QueueName, settings);
  const tags = input.tags ?? {};
  checkTags(input.QueueName, tags);
  await ctx.store.write((tx) => {
    const existing = findQueue(tx, name);
    if (existing === undefined) {
      insertQueue(tx, name, { settings, tags });
      return;
    }
    const different = differingAttribute(Object.keys(attributes), existing.settings, settings);
    if (different !== undefined) {
      throw queueNameExists(different);
    }
  });
  return { QueueUrl: queueUrl(ctx.endpoint, name) };
};

function checkName(name: string, { fifo }: QueueSettings): void {
  const base =
    fifo !== undefined && name.endsWith(FIFO_SUFFIX) ? name.slice(0, -FIFO_SUFFIX.length) : name;
  if (fifo !== undefined && (base === name || !isNameBase(base, name))) {
    throw invalidParameterValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or " +
        "underscores, must end with .fifo suffix and be 1 to 80 in length",
    );
  }
  if (!isNameBase(base, name)) {
    throw invalidParameterValue(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
}

function isNameBase(base: string, name: string): boolean {
  return NAME_BASE.test(base) && name.length <= QUEUE_NAME_LENGTH_MAX;
}

function insertQueue(
  tx: WriteTx,
  name: QueueName,
  { settings, tags }: { settings: QueueSettings; tags: Readonly<Record<string, string>> },
): void {
  const queue: Queue = {
    ...name,
    id: tx.orderedId(),
    generation: 0,
    createdMs: tx.nowMs,
    modifiedMs: tx.nowMs,
    retentionDueMs: 0,
    settings,
  };
  if (settings.redrivePolicy !== undefined) {
    checkRedrive(tx, queue, settings.redrivePolicy);
  }
  indexRedrive(tx, name, { from: undefined, to: settings.redrivePolicy });
  queueTags.put(tx, [queue.id], tags);
  saveQueue(tx, watchRetention(tx, queue));
}
