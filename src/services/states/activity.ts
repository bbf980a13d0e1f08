/** Activities: tasks that workers outside come and ask for. */
import type { ExecutionId } from "./keys.ts";
import type { Encryption, Tags } from "./machine-record.ts";

export interface Activity {
  readonly name: string;
  readonly createdMs: number;
  readonly tags: Tags;
  readonly encryption: Encryption | undefined;
}

/** A task that waits for a worker. */
export interface ActivityTask {
  readonly execution: ExecutionId;
  readonly threadId: number;
  readonly ticket: number;
  readonly token: string;
  readonly input: string;
}

/** Signalled when a task was added. */
export function activityTopic(arn: string): string {
  return `states.activity:${arn}`;
}
