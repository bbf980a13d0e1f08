import { Payload } from "../../../languages/asl/run/payload.ts";
import { invalidOutput } from "../errors.ts";
import type { StatesOperation } from "../ports.ts";
import { answerTask } from "../task-answer.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export const sendTaskSuccess: StatesOperation<"SendTaskSuccess"> = async (ctx, input) => {
  try {
    JSON.parse(input.output);
  } catch (error) {
    throw invalidOutput(error instanceof Error ? error.message : "not JSON");
  }
  const output = Payload.ofText(input.output);
  await answerTask(ctx, input.taskToken, (task) => ({ ...task, kind: "task-succeeded", output }));
  return {};
};
