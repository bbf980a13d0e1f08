/** SQS: standard and FIFO queues. See README.md for what is missing. */
import type { Sink } from "../../outbox/sink.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { InFlightGate } from "./in-flight-gate.ts";
import { MessageCounter } from "./message-counts.ts";
import { MOVE_TIMER, runMove } from "./move-task.ts";
import { addPermission } from "./operations/add-permission.ts";
import { cancelMessageMoveTask } from "./operations/cancel-message-move-task.ts";
import { changeMessageVisibility } from "./operations/change-message-visibility.ts";
import { changeMessageVisibilityBatch } from "./operations/change-message-visibility-batch.ts";
import { createQueue } from "./operations/create-queue.ts";
import { deleteMessage } from "./operations/delete-message.ts";
import { deleteMessageBatch } from "./operations/delete-message-batch.ts";
import { deleteQueue } from "./operations/delete-queue.ts";
import { getQueueAttributes } from "./operations/get-queue-attributes.ts";
import { getQueueUrl } from "./operations/get-queue-url.ts";
import { listDeadLetterSourceQueues } from "./operations/list-dead-letter-source-queues.ts";
import { listMessageMoveTasks } from "./operations/list-message-move-tasks.ts";
import { listQueueTags } from "./operations/list-queue-tags.ts";
import { listQueues } from "./operations/list-queues.ts";
import { purgeQueue } from "./operations/purge-queue.ts";
import { receiveMessage } from "./operations/receive-message.ts";
import { removePermission } from "./operations/remove-permission.ts";
import { sendMessage } from "./operations/send-message.ts";
import { sendMessageBatch } from "./operations/send-message-batch.ts";
import { setQueueAttributes } from "./operations/set-queue-attributes.ts";
import { startMessageMoveTask } from "./operations/start-message-move-task.ts";
import { tagQueue } from "./operations/tag-queue.ts";
import { untagQueue } from "./operations/untag-queue.ts";
import type { SqsPorts } from "./ports.ts";
import { queueGauge } from "./queue-gauge.ts";
import { QUEUE_NAMESPACE } from "./queue-metrics.ts";
import { REMOVAL_TIMER, RETENTION_TIMER, runRemoval, runRetention } from "./removal.ts";
import { sqsSink } from "./sink.ts";
import { WaitingLines } from "./waiting-line.ts";

const operations: Operations<SqsPorts, "sqs"> = {
  AddPermission: addPermission,
  CancelMessageMoveTask: cancelMessageMoveTask,
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  CreateQueue: createQueue,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  DeleteQueue: deleteQueue,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
  ListMessageMoveTasks: listMessageMoveTasks,
  ListQueueTags: listQueueTags,
  ListQueues: listQueues,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  RemovePermission: removePermission,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  SetQueueAttributes: setQueueAttributes,
  StartMessageMoveTask: startMessageMoveTask,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
};

export interface SqsOptions {
  /** How many messages of a queue may be in flight; AWS's quota unless given. */
  readonly inFlightMax?: number;
}

export function createSqs(
  core: CorePorts,
  options: SqsOptions = {},
): Service & { readonly sink: Sink } {
  const counter = new MessageCounter(core.store);
  const ports: SqsPorts = {
    ...core,
    counter,
    gate: new InFlightGate(counter, options.inFlightMax),
    lines: new WaitingLines(core),
  };
  return {
    name: "sqs",
    operations: bindOperations(ports, operations),
    sink: sqsSink,
    gauges: { [QUEUE_NAMESPACE]: queueGauge },
    timers: {
      [MOVE_TIMER]: runMove,
      [REMOVAL_TIMER]: runRemoval,
      [RETENTION_TIMER]: runRetention,
    },
  };
}
