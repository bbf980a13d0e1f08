import type { StatesOperation } from "../ports.ts";
import { answerTask } from "../task-answer.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export const sendTaskHeartbeat: StatesOperation<"SendTaskHeartbeat"> = async (ctx, input) => {
  await answerTask(ctx, input.taskToken, (task) => ({ ...task, kind: "task-heartbeat" }));
  return {};
};
