import type { Output } from "../../../wire/operations.ts";
import { invalidParameter } from "../errors.ts";
import { MOVE_TASKS_KEPT } from "../limits.ts";
import { arnOf, namedQueue } from "../move-queue.ts";
import { latestTasks, type MoveTask } from "../move-task.ts";
import type { SqsOperation } from "../ports.ts";
import { encodeTaskHandle } from "../task-handle.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
export const listMessageMoveTasks: SqsOperation<"ListMessageMoveTasks"> = async (ctx, input) => {
  const arn = arnOf("SourceArn", input.SourceArn);
  const limit = input.MaxResults ?? 1;
  if (!(limit >= 1 && limit <= MOVE_TASKS_KEPT)) {
    throw invalidParameter(
      "MaxResults",
      limit,
      `MaxResults must be an integer between 1 and ${MOVE_TASKS_KEPT}.`,
    );
  }
  const found = await ctx.store.read((tx) =>
    latestTasks(tx, namedQueue(tx, ctx, "SourceArn", arn), limit),
  );
  return { Results: found.map(({ taskId, task }) => present(input.SourceArn, taskId, task)) };
};

type WireTask = NonNullable<Output<"sqs", "ListMessageMoveTasks">["Results"]>[number];

/** Only a task that runs has a handle. */
function present(sourceArn: string, taskId: string, task: MoveTask): WireTask {
  return {
    ...(task.status === "RUNNING" && { TaskHandle: encodeTaskHandle({ taskId, sourceArn }) }),
    Status: task.status,
    SourceArn: sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.messagesPerSecondMax,
    ApproximateNumberOfMessagesMoved: task.movedCount,
    ApproximateNumberOfMessagesToMove: task.toMoveCount,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedMs,
  };
}
