import { invalidParameterValue, resourceNotFound } from "../errors.ts";
import { arnOf, namedQueue } from "../move-queue.ts";
import { cancelMove, findTask } from "../move-task.ts";
import type { SqsOperation } from "../ports.ts";
import { decodeTaskHandle } from "../task-handle.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html */
export const cancelMessageMoveTask: SqsOperation<"CancelMessageMoveTask"> = async (ctx, input) => {
  const { taskId, sourceArn } = decodeTaskHandle(input.TaskHandle);
  const arn = arnOf("SourceArn", sourceArn);
  const movedCount = await ctx.store.write((tx) => {
    const queue = namedQueue(tx, ctx, "SourceArn", arn);
    const task = findTask(tx, queue, taskId);
    if (task === undefined) {
      throw resourceNotFound("Task does not exist.");
    }
    if (task.status !== "RUNNING") {
      throw invalidParameterValue("Only active tasks can be cancelled.");
    }
    cancelMove(tx, queue, taskId, task);
    return task.movedCount;
  });
  return { ApproximateNumberOfMessagesMoved: movedCount };
};
