import type { ReadTx } from "../../../store/store.ts";
import { invalidParameter, invalidParameterValue, overMoveTasks } from "../errors.ts";
import { deadLetterSources } from "../keys.ts";
import { MOVE_RATE_MAX, MOVE_TASKS_RUNNING_MAX } from "../limits.ts";
import { arnOf, namedQueue } from "../move-queue.ts";
import { isMoving, isSameKind, movingCount, startMove } from "../move-task.ts";
import type { SqsOperation } from "../ports.ts";
import { type Queue, queueArn } from "../queue.ts";
import { encodeTaskHandle } from "../task-handle.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
export const startMessageMoveTask: SqsOperation<"StartMessageMoveTask"> = async (ctx, input) => {
  const sourceArn = arnOf("SourceArn", input.SourceArn);
  const destinationArn =
    input.DestinationArn === undefined ? undefined : arnOf("DestinationArn", input.DestinationArn);
  const messagesPerSecondMax = input.MaxNumberOfMessagesPerSecond;
  if (messagesPerSecondMax !== undefined) {
    checkRate(messagesPerSecondMax);
  }
  const known = await ctx.store.read((tx) => namedQueue(tx, ctx, "SourceArn", sourceArn));
  const { visible } = await ctx.counter.count(known, ctx.nowMs);
  const taskId = await ctx.store.write((tx) => {
    const source = namedQueue(tx, ctx, "SourceArn", sourceArn);
    checkSource(tx, source);
    if (destinationArn !== undefined) {
      checkDestination(source, namedQueue(tx, ctx, "DestinationArn", destinationArn));
    }
    const order = { destinationArn: input.DestinationArn, messagesPerSecondMax };
    return startMove(tx, source, { ...order, toMoveCount: visible });
  });
  return { TaskHandle: encodeTaskHandle({ taskId, sourceArn: input.SourceArn }) };
};

function checkRate(rate: number): void {
  if (!(rate >= 1 && rate <= MOVE_RATE_MAX)) {
    throw invalidParameter(
      "MaxNumberOfMessagesPerSecond",
      rate,
      `You must enter a value between 1 and ${MOVE_RATE_MAX}.`,
    );
  }
}

function checkSource(tx: ReadTx, source: Queue): void {
  const sources = deadLetterSources.list(tx, { prefix: [queueArn(source)], limit: 1 });
  if ([...sources].length === 0) {
    throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
  }
  if (isMoving(tx, source)) {
    throw invalidParameterValue(
      "There is already a task running. Only one active task is allowed for a source queue arn " +
        "at a given time.",
    );
  }
  if (movingCount(tx, source, MOVE_TASKS_RUNNING_MAX) === MOVE_TASKS_RUNNING_MAX) {
    throw overMoveTasks();
  }
}

function checkDestination(source: Queue, destination: Queue): void {
  if (source.id === destination.id) {
    throw invalidParameterValue("Source queue and destination queue must be different.");
  }
  if (!isSameKind(source, destination)) {
    throw invalidParameterValue("Source queue and destination queue must be of the same type.");
  }
}
