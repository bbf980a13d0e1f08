/** A person approves, days later: the token travels in an e-mail, the engine's clock is simulated. */
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { createSimulatedClock } from "../../src/platform/simulated-clock.ts";
import { eventually } from "../examples/eventually.ts";
import { startEngine } from "./engine.ts";
import { statesClients } from "./states-clients.ts";

const DAY_MS = 86_400_000;
const clock = createSimulatedClock({ startMs: Date.UTC(2026, 0, 5) });
const engine = await startEngine({ clock });
const { sfn, machine, start, ended } = statesClients(engine);
const sns = new SNSClient(engine.config);

interface Mail {
  readonly to: string;
  readonly type: string;
  readonly body: string;
}

/** The newest e-mail that was kept for the address. */
function mailTo(address: string, isMeant: (mail: Mail) => boolean): Promise<Mail> {
  return eventually({ what: `an e-mail to ${address}`, withinMs: 20_000 }, async () => {
    await clock.advance(10);
    const response = await fetch(`${engine.endpoint}/_millrace/outbox?address=${address}`);
    const { messages } = (await response.json()) as { readonly messages: readonly Mail[] };
    return messages.filter(isMeant).at(-1);
  });
}

async function approvals(Endpoint: string): Promise<string> {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "approvals" }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint }));
  const { body } = await mailTo(Endpoint, (mail) => mail.body.includes("Token="));
  const [, Token = ""] = /[?&]Token=([^&\s]+)/.exec(body) ?? [];
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  return TopicArn;
}

const approval = (TopicArn: string) => ({
  StartAt: "Ask",
  States: {
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::sns:publish.waitForTaskToken",
      Parameters: {
        TopicArn,
        Subject: "Please approve",
        "Message.$": "States.Format('token={}.', $$.Task.Token)",
      },
      TimeoutSeconds: (7 * DAY_MS) / 1_000,
      Next: "Approved?",
    },
    "Approved?": {
      Type: "Choice",
      Choices: [{ Variable: "$.approved", BooleanEquals: true, Next: "Go" }],
      Default: "Stay",
    },
    Go: { Type: "Succeed" },
    Stay: { Type: "Fail", Error: "Denied" },
  },
});

async function asked(name: string, address: string) {
  const arn = await machine(name, approval(await approvals(address)));
  const executionArn = await start(arn);
  const { body } = await mailTo(address, (mail) => mail.body.includes("token="));
  const [, taskToken = ""] = /token=(\S+)\./.exec(body) ?? [];
  return { executionArn, taskToken };
}

test("approved after three days", async () => {
  const { executionArn, taskToken } = await asked("patient", "ada@example.com");
  await clock.advance(3 * DAY_MS);
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(status).toBe("RUNNING");
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"approved":true}' }));
  expect(await over(executionArn)).toMatchObject({
    status: "SUCCEEDED",
    output: '{"approved":true}',
  });
  const { startDate, stopDate } = await ended(executionArn);
  const days = ((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0)) / DAY_MS;
  expect(Math.floor(days)).toBe(3);
});

test("after the week it waits for, the answer comes too late", async () => {
  const { executionArn, taskToken } = await asked("late", "grace@example.com");
  await clock.advance(7 * DAY_MS);
  expect(await over(executionArn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  await expect(
    sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"approved":true}' })),
  ).rejects.toThrow(TaskTimedOut);
});

/** Lets the engine's clock tick until the execution is over. */
function over(executionArn: string) {
  return eventually({ what: executionArn, withinMs: 20_000 }, async () => {
    await clock.advance(10);
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === "RUNNING" ? undefined : execution;
  });
}
