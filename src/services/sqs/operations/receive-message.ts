import type { Output } from "../../../wire/operations.ts";
import { invalidAttributeName, invalidParameter, overLimit } from "../errors.ts";
import {
  RECEIVE_MESSAGES_MAX,
  RECEIVE_WAIT_SECONDS_MAX,
  VISIBILITY_TIMEOUT_SECONDS_MAX,
} from "../limits.ts";
import { attributesMd5, selectAttributes, wireAttributes } from "../message-attributes.ts";
import { messageStoreOf, type ReceivedMessage, type Reception } from "../message-store.ts";
import type { SqsContext, SqsOperation } from "../ports.ts";
import { existingQueue, type Queue, type QueueName, queueNameOfUrl } from "../queue.ts";
import { noteReceived } from "../queue-metrics.ts";
import { encodeReceipt } from "../receipt-handle.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export const receiveMessage: SqsOperation<"ReceiveMessage"> = async (ctx, input) => {
  checkRange("MaxNumberOfMessages", input.MaxNumberOfMessages, {
    min: 1,
    max: RECEIVE_MESSAGES_MAX,
    reason: `Must be between 1 and ${RECEIVE_MESSAGES_MAX}, if provided.`,
  });
  checkRange("WaitTimeSeconds", input.WaitTimeSeconds, {
    min: 0,
    max: RECEIVE_WAIT_SECONDS_MAX,
    reason: `Must be >= 0 and <= ${RECEIVE_WAIT_SECONDS_MAX}, if provided.`,
  });
  checkRange("VisibilityTimeout", input.VisibilityTimeout, {
    min: 0,
    max: VISIBILITY_TIMEOUT_SECONDS_MAX,
    reason: `Must be >= 0 and <= ${VISIBILITY_TIMEOUT_SECONDS_MAX}, if provided.`,
  });
  const selection = selectionOf(input);
  const request = {
    name: queueNameOfUrl(ctx.region, input.QueueUrl),
    messagesMax: input.MaxNumberOfMessages ?? 1,
    visibilityTimeoutSeconds: input.VisibilityTimeout,
    waitSeconds: input.WaitTimeSeconds,
    attemptId: input.ReceiveRequestAttemptId,
  };
  const messages = await receiveOrWait(ctx, request);
  return messages.length === 0
    ? {}
    : { Messages: messages.map((message) => present(message, selection)) };
};

function checkRange(
  parameter: string,
  value: number | undefined,
  range: { readonly min: number; readonly max: number; readonly reason: string },
): void {
  if (value !== undefined && !(value >= range.min && value <= range.max)) {
    throw invalidParameter(parameter, value, range.reason);
  }
}

interface ReceiveRequest {
  readonly name: QueueName;
  readonly messagesMax: number;
  /** The queue's own unless given. */
  readonly visibilityTimeoutSeconds: number | undefined;
  readonly waitSeconds: number | undefined;
  readonly attemptId: string | undefined;
}

/** One look at once; then, as a member of the queue's line, one whenever it is this one's turn. */
async function receiveOrWait(
  ctx: SqsContext,
  request: ReceiveRequest,
): Promise<readonly ReceivedMessage[]> {
  const first = await attempt(ctx, request);
  const waitSeconds = request.waitSeconds ?? first.queue.settings.receiveWaitSeconds;
  // Source: .../SQSDeveloperGuide/quotas-fifo.html: a FIFO queue that is full gives no error.
  if (waitSeconds === 0 && first.isFull && first.queue.settings.fifo === undefined) {
    throw overLimit();
  }
  if (first.messages.length > 0 || waitSeconds === 0) {
    return first.messages;
  }
  const { queue } = first;
  const deadlineMs = ctx.nowMs + waitSeconds * 1000;
  const line = ctx.lines.join(queue.id);
  try {
    for (;;) {
      const { messages, nextVisibleMs } = await attempt(ctx, request);
      if (messages.length > 0 || ctx.clock.nowMs() >= deadlineMs) {
        return messages;
      }
      await line.sleep({ deadlineMs, nextVisibleMs, abort: ctx.abort });
      if (ctx.abort.aborted) {
        line.report({ isMore: true, nextVisibleMs });
        return [];
      }
    }
  } finally {
    ctx.lines.leave(queue.id, line);
  }
}

interface Attempt extends Reception {
  readonly queue: Queue;
  /** As many messages are in flight as may be. */
  readonly isFull?: boolean;
}

async function attempt(ctx: SqsContext, request: ReceiveRequest): Promise<Attempt> {
  for (;;) {
    const outcome = await ctx.store.write((tx): Attempt | { readonly uncounted: Queue } => {
      const queue = existingQueue(tx, request.name);
      // A hint that only ever grows stale on the safe side, so a body may look at it.
      if (!ctx.gate.isOpen(queue.id)) {
        return { uncounted: queue };
      }
      const options = {
        messagesMax: request.messagesMax,
        visibilityTimeoutSeconds:
          request.visibilityTimeoutSeconds ?? queue.settings.visibilityTimeoutSeconds,
        attemptId: request.attemptId,
      };
      const reception = messageStoreOf(queue).receive(tx, queue, options);
      noteReceived(tx, queue, reception.messages.length);
      return { queue, ...reception };
    });
    if ("uncounted" in outcome) {
      const queue = outcome.uncounted;
      if (!(await ctx.gate.recount(queue, ctx.clock.nowMs()))) {
        return { queue, messages: [], isMore: false, nextVisibleMs: Infinity, isFull: true };
      }
    } else if (outcome.messages.length > 0 || !outcome.isMore) {
      ctx.gate.add(outcome.queue.id, outcome.messages.length);
      if (outcome.messages.length > 0) {
        ctx.lines.report(outcome.queue.id, outcome);
      }
      return outcome;
    }
  }
}

interface Selection {
  readonly system: ReadonlySet<string>;
  readonly attributes: readonly string[];
}

type SystemAttribute = (message: ReceivedMessage) => string | undefined;

const SYSTEM_ATTRIBUTES: Readonly<Record<string, SystemAttribute>> = {
  SenderId: ({ content }) => content.senderId,
  SentTimestamp: ({ sentMs }) => String(sentMs),
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  ApproximateFirstReceiveTimestamp: ({ firstReceivedMs }) => String(firstReceivedMs),
  SequenceNumber: ({ sequenceNumber }) => sequenceNumber,
  MessageDeduplicationId: ({ content }) => content.deduplicationId,
  MessageGroupId: ({ content }) => content.groupId,
  AWSTraceHeader: ({ content }) => content.trace,
  DeadLetterQueueSourceArn: ({ deadLetterSourceArn }) => deadLetterSourceArn || undefined,
};

function selectionOf(input: {
  readonly AttributeNames?: readonly string[] | undefined;
  readonly MessageSystemAttributeNames?: readonly string[] | undefined;
  readonly MessageAttributeNames?: readonly string[] | undefined;
}): Selection {
  const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const unknown = names.find((name) => name !== "All" && !(name in SYSTEM_ATTRIBUTES));
  if (unknown !== undefined) {
    throw invalidAttributeName(unknown);
  }
  return {
    system: new Set(names.includes("All") ? Object.keys(SYSTEM_ATTRIBUTES) : names),
    attributes: input.MessageAttributeNames ?? [],
  };
}

type WireMessage = NonNullable<Output<"sqs", "ReceiveMessage">["Messages"]>[number];

function present(message: ReceivedMessage, selection: Selection): WireMessage {
  const { content, receipt } = message;
  const system: Record<string, string> = {};
  for (const name of selection.system) {
    const value = SYSTEM_ATTRIBUTES[name]?.(message);
    if (value !== undefined) {
      system[name] = value;
    }
  }
  return {
    MessageId: content.messageId,
    ReceiptHandle: encodeReceipt(receipt),
    MD5OfBody: content.bodyMd5,
    Body: content.body,
    ...(selection.system.size > 0 && { Attributes: system }),
    ...presentAttributes(content, selection.attributes),
  };
}

/** The digest is that of the attributes that are returned, so that clients can check it. */
function presentAttributes(
  { attributes, attributesMd5: wholeMd5 }: ReceivedMessage["content"],
  selectors: readonly string[],
): Partial<WireMessage> {
  if (attributes === undefined || selectors.length === 0) {
    return {};
  }
  const selected = selectAttributes(attributes, selectors);
  if (Object.keys(selected).length === 0) {
    return {};
  }
  return {
    MD5OfMessageAttributes: selected === attributes ? wholeMd5 : attributesMd5(selected),
    MessageAttributes: wireAttributes(selected),
  };
}
