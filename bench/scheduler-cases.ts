/** What schedules cost: many that are due in the same minute. */
import { callJson } from "./load.ts";

const SCHEDULES = 10_000;
const CREATIONS_AT_ONCE = 64;
const POLL_MS = 50;
const SCHEDULER =
  "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/scheduler/aws4_request, Signature=0";

export interface FiringMeasured {
  readonly createdPerSecond: number;
  /** From the minute that all were due in to the last message in the queue. */
  readonly allFiredSeconds: number;
  readonly firedPerSecond: number;
}

/** Creates 10,000 schedules for one second of the near future, and waits for their messages. */
export async function measureScheduler(endpoint: string): Promise<FiringMeasured> {
  const { QueueUrl } = await callJson(endpoint, "sqs", "AmazonSQS.CreateQueue", {
    QueueName: "bench-schedules",
  });
  const started = performance.now();
  // Creating them takes a few seconds; the second they are due in lies behind that.
  const dueMs = (Math.floor(Date.now() / 1_000) + SCHEDULES / 400) * 1_000;
  const expression = `at(${new Date(dueMs).toISOString().slice(0, 19)})`;
  for (let from = 0; from < SCHEDULES; from += CREATIONS_AT_ONCE) {
    const names = Array.from({ length: Math.min(CREATIONS_AT_ONCE, SCHEDULES - from) }, (_, at) =>
      String(from + at),
    );
    await Promise.all(names.map((name) => create(endpoint, name, expression)));
  }
  const createdSeconds = (performance.now() - started) / 1_000;
  if (Date.now() >= dueMs) {
    throw new Error("the schedules were due before all of them were created");
  }
  while ((await waiting(endpoint, QueueUrl)) < SCHEDULES) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const allFiredSeconds = (Date.now() - dueMs) / 1_000;
  return {
    createdPerSecond: SCHEDULES / createdSeconds,
    allFiredSeconds,
    firedPerSecond: SCHEDULES / allFiredSeconds,
  };
}

async function create(endpoint: string, name: string, expression: string): Promise<void> {
  const response = await fetch(`${endpoint}/schedules/bench-${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: SCHEDULER },
    body: JSON.stringify({
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: {
        Arn: "arn:aws:sqs:us-east-1:000000000000:bench-schedules",
        RoleArn: "arn:aws:iam::000000000000:role/scheduler",
        Input: "tick",
      },
    }),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
  await response.arrayBuffer();
}

async function waiting(endpoint: string, QueueUrl: unknown): Promise<number> {
  const { Attributes } = await callJson(endpoint, "sqs", "AmazonSQS.GetQueueAttributes", {
    QueueUrl,
    AttributeNames: ["ApproximateNumberOfMessages"],
  });
  return Number((Attributes as Record<string, string>)["ApproximateNumberOfMessages"]);
}
