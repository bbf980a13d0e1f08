/** Handles of message move tasks: opaque to clients. */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { invalidParameterValue } from "./errors.ts";

export interface TaskHandle {
  readonly taskId: string;
  readonly sourceArn: string;
}

export function encodeTaskHandle({ taskId, sourceArn }: TaskHandle): string {
  return toBase64(utf8Encode(JSON.stringify({ taskId, sourceArn })));
}

export function decodeTaskHandle(text: string): TaskHandle {
  try {
    const { taskId, sourceArn } = JSON.parse(utf8Decode(fromBase64(text))) as TaskHandle;
    if (typeof taskId === "string" && typeof sourceArn === "string") {
      return { taskId, sourceArn };
    }
  } catch {
    // Answered below, like a handle that lacks something.
  }
  throw invalidParameterValue("Value for parameter TaskHandle is invalid.");
}
