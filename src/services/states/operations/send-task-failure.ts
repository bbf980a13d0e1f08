import type { StatesOperation } from "../ports.ts";
import { answerTask } from "../task-answer.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export const sendTaskFailure: StatesOperation<"SendTaskFailure"> = async (ctx, input) => {
  const { error, cause } = input;
  const failure = { error, cause };
  await answerTask(ctx, input.taskToken, (task) => ({ ...task, kind: "task-failed", failure }));
  return {};
};
