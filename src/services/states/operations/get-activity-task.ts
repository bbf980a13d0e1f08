import type { WriteTx } from "../../../store/store.ts";
import { type ActivityTask, activityTopic } from "../activity.ts";
import { parseActivityArn } from "../arns.ts";
import { activityDoesNotExist } from "../errors.ts";
import { activities, activityTasks, type Owner, ownedKey } from "../keys.ts";
import { ACTIVITY_POLL_MS } from "../limits.ts";
import type { StatesContext, StatesOperation } from "../ports.ts";

/**
 * Waits for a task for up to a minute. The task is taken in the transaction that writes
 * `ActivityStarted` into its execution's history.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
 */
export const getActivityTask: StatesOperation<"GetActivityTask"> = async (ctx, input) => {
  const { activityArn: arn, workerName } = input;
  const { name, ...owner } = parseActivityArn(arn);
  const untilMs = ctx.nowMs + ACTIVITY_POLL_MS;
  for (;;) {
    const wait = new AbortController();
    const arrival = ctx.store.signals.next(activityTopic(arn), wait.signal);
    try {
      const task = await take(ctx, { owner, name, arn, workerName });
      if (task !== undefined) {
        return { taskToken: task.token, input: task.input };
      }
      if (ctx.abort.aborted || ctx.clock.nowMs() >= untilMs) {
        return {};
      }
      const leave = (): void => wait.abort();
      ctx.abort.addEventListener("abort", leave, { once: true });
      await Promise.race([arrival, ctx.clock.sleepUntil(untilMs, wait.signal)]);
      ctx.abort.removeEventListener("abort", leave);
    } finally {
      wait.abort();
    }
  }
};

interface Poll {
  readonly owner: Owner;
  readonly name: string;
  readonly arn: string;
  readonly workerName: string | undefined;
}

/** The oldest task that is still wanted. */
async function take(ctx: StatesContext, poll: Poll): Promise<ActivityTask | undefined> {
  for (;;) {
    const found = await ctx.store.read((tx) => {
      const key = ownedKey(poll.owner, poll.name);
      if (activities.get(tx, key) === undefined) {
        throw activityDoesNotExist(poll.arn);
      }
      const [first] = [...activityTasks.list(tx, { prefix: key, limit: 1 })];
      return first;
    });
    if (found === undefined) {
      return undefined;
    }
    let isMine = false;
    const claim = (tx: WriteTx): void => {
      isMine = activityTasks.get(tx, found.id) !== undefined;
      activityTasks.delete(tx, found.id);
    };
    const { execution, threadId, ticket } = found.record;
    const { workerName } = poll;
    const event = { kind: "activity-started", threadId, ticket, workerName } as const;
    const delivery = await ctx.executor.deliver(execution, event, claim);
    if (delivery === "taken" && isMine) {
      return found.record;
    }
  }
}
