/** An HTTP endpoint that tests subscribe to topics. */
import type { httpAnswer } from "./scripted-http.ts";
import type { SnsFixture } from "./sns-fixture.ts";

export const HOOK_URL = "http://hooks.example.com/orders";

/** Subscribes the endpoint without confirming, and answers the subscription's ARN. */
export async function subscribeHook(
  { call, sqs }: SnsFixture,
  TopicArn: string,
  Attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await call("Subscribe", {
    TopicArn,
    Protocol: "http",
    Endpoint: HOOK_URL,
    Attributes,
    ReturnSubscriptionArn: true,
  });
  await sqs.clock.advance(0);
  return answer.SubscriptionArn ?? "";
}

/** The JSON of a request's body, the last being -1. */
export function bodyOf(fixture: SnsFixture, at: number): Record<string, string> {
  return JSON.parse(String(fixture.http.requests.at(at)?.body));
}

export async function confirmedHook(
  fixture: SnsFixture,
  TopicArn: string,
  Attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const subscriptionArn = await subscribeHook(fixture, TopicArn, Attributes);
  const { Token = "" } = bodyOf(fixture, -1);
  await fixture.call("ConfirmSubscription", { TopicArn, Token });
  return subscriptionArn;
}

/** When requests were made, in ms after now. */
export function timesOf(
  fixture: SnsFixture,
  answer: () => ReturnType<typeof httpAnswer>,
): number[] {
  const { clock } = fixture.sqs;
  const startMs = clock.nowMs();
  const times: number[] = [];
  fixture.http.script(() => {
    times.push(clock.nowMs() - startMs);
    return answer();
  });
  return times;
}
