import { DataError } from "./data-error.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export function itemReaderFailed(message: string): DataError {
  return new DataError("States.ItemReaderFailed", message);
}
