/**
 * Names of topics. FIFO topics, and they alone, end with `.fifo`.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 */
import { invalidParameter } from "./errors.ts";
import { TOPIC_NAME_LENGTH_MAX } from "./limits.ts";

const FIFO_SUFFIX = ".fifo";
const TOPIC_NAME = /^[A-Za-z0-9_-]+$/;

export function isFifoName(name: string): boolean {
  return name.endsWith(FIFO_SUFFIX);
}

export function checkTopicName(name: string, { isFifo }: { readonly isFifo: boolean }): void {
  const stem = isFifo && isFifoName(name) ? name.slice(0, -FIFO_SUFFIX.length) : name;
  const isValid = TOPIC_NAME.test(stem) && name.length <= TOPIC_NAME_LENGTH_MAX;
  if (isValid && isFifoName(name) === isFifo) {
    return;
  }
  throw invalidParameter(
    isFifo
      ? "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase " +
          "ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 " +
          "characters long."
      : "Topic Name",
  );
}
