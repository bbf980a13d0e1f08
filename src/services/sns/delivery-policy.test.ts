import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BackoffFunction,
  DEFAULT_RETRY_POLICY,
  effectivePolicy,
  effectiveTopicPolicy,
  type RetryPolicy,
  retryDelaySeconds,
} from "./delivery-policy.ts";
import {
  checkSubscriptionDeliveryPolicy,
  checkTopicDeliveryPolicy,
} from "./delivery-policy-check.ts";

const delays = (policy: Partial<RetryPolicy>): readonly number[] => {
  const whole = { ...DEFAULT_RETRY_POLICY, ...policy };
  return Array.from({ length: whole.numRetries }, (_, at) => retryDelaySeconds(whole, at + 1));
};

/** Of AWS's graph: ten retries from 5 s to 260 s. */
const GRAPH = { minDelayTarget: 5, maxDelayTarget: 260, numRetries: 10 };

describe("delivery policy", () => {
  test("delays: three times 20 s unless told", () => {
    expect(delays({})).toEqual([20, 20, 20]);
  });

  test("delays: the four phases, as in AWS's example", () => {
    const policy = {
      minDelayTarget: 1,
      maxDelayTarget: 60,
      numRetries: 50,
      numNoDelayRetries: 3,
      numMinDelayRetries: 2,
      numMaxDelayRetries: 35,
      backoffFunction: "exponential",
    } as const;
    const all = delays(policy);
    expect(all.slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(all[14]).toBe(60);
    expect(all.slice(15)).toEqual(Array(35).fill(60));
  });

  test.each([
    ["linear", 33.333, 231.667],
    ["arithmetic", 10.667, 209],
    ["geometric", 7.757, 167.612],
    ["exponential", 5.499, 132.251],
  ] as const)("delays: %s goes from the minimum to the maximum", (name, second, ninth) => {
    const all = delays({ ...GRAPH, backoffFunction: name });
    expect(all[0]).toBe(5);
    expect(all[1]).toBeCloseTo(second, 2);
    expect(all[8]).toBeCloseTo(ninth, 2);
    expect(all[9]).toBeCloseTo(260, 9);
  });

  test("delays: never shrink in the back-off, and stay between minimum and maximum", () => {
    const names: readonly BackoffFunction[] = ["linear", "arithmetic", "geometric", "exponential"];
    const policies = fc.record({
      minDelayTarget: fc.integer({ min: 1, max: 100 }),
      extra: fc.integer({ min: 0, max: 3000 }),
      numRetries: fc.integer({ min: 1, max: 100 }),
      backoffFunction: fc.constantFrom(...names),
    });
    fc.assert(
      fc.property(policies, ({ extra, ...policy }) => {
        const maxDelayTarget = policy.minDelayTarget + extra;
        let before = policy.minDelayTarget;
        for (const delay of delays({ ...policy, maxDelayTarget })) {
          expect(delay).toBeGreaterThanOrEqual(before - 1e-9);
          expect(delay).toBeLessThanOrEqual(maxDelayTarget + 1e-6);
          before = delay;
        }
      }),
    );
  });

  test("effective: a subscription's policy goes over the topic's, unless the topic forbids it", () => {
    const topic = (disableSubscriptionOverrides: boolean) =>
      JSON.stringify({
        http: {
          defaultHealthyRetryPolicy: { numRetries: 5 },
          defaultThrottlePolicy: { maxReceivesPerSecond: 2 },
          disableSubscriptionOverrides,
        },
      });
    const own =
      '{"healthyRetryPolicy":{"minDelayTarget":1},"requestPolicy":{"headerContentType":"application/json"}}';
    expect(effectivePolicy(topic(false), own)).toEqual({
      healthyRetryPolicy: { ...DEFAULT_RETRY_POLICY, numRetries: 5, minDelayTarget: 1 },
      throttlePolicy: { maxReceivesPerSecond: 2 },
      requestPolicy: { headerContentType: "application/json" },
    });
    expect(effectivePolicy(topic(true), own)).toEqual({
      healthyRetryPolicy: { ...DEFAULT_RETRY_POLICY, numRetries: 5 },
      throttlePolicy: { maxReceivesPerSecond: 2 },
      requestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
    });
    expect(effectiveTopicPolicy(undefined).http).toMatchObject({
      defaultHealthyRetryPolicy: DEFAULT_RETRY_POLICY,
      disableSubscriptionOverrides: false,
    });
  });

  test.each([
    ["{", "failed to parse JSON."],
    ["[]", "failed to parse JSON."],
    ['{"x":1}', "x is not a valid attribute"],
    ['{"healthyRetryPolicy":{"numRetries":101}}', "numRetries must be less than or equal to 100"],
    ['{"healthyRetryPolicy":{"numRetries":-1}}', "numRetries must be an integer"],
    ['{"healthyRetryPolicy":{"minDelayTarget":0}}', "minDelayTarget must be greater"],
    ['{"healthyRetryPolicy":{"minDelayTarget":30}}', "maxDelayTarget must be greater"],
    ['{"healthyRetryPolicy":{"maxDelayTarget":3601}}', "maxDelayTarget must be less"],
    ['{"healthyRetryPolicy":{"numNoDelayRetries":4}}', "numRetries must be greater"],
    ['{"healthyRetryPolicy":{"backoffFunction":"cubic"}}', "backoffFunction must be one of"],
    [
      '{"healthyRetryPolicy":{"minDelayTarget":50,"maxDelayTarget":50,"numRetries":100}}',
      "the total retry time must not exceed 3600 seconds",
    ],
    ['{"throttlePolicy":{"maxReceivesPerSecond":0}}', "maxReceivesPerSecond must be"],
    ['{"requestPolicy":{"headerContentType":"image/png"}}', "headerContentType is not supported"],
  ])("check: refuses %s", (text, message) => {
    const check = () => checkSubscriptionDeliveryPolicy(text);
    expect(check).toThrow(message);
    expect(check).toThrow("Invalid parameter: DeliveryPolicy: ");
  });

  test("check: a topic's policy stands below http", () => {
    const text = '{"http":{"defaultHealthyRetryPolicy":{"numRetries":5}}}';
    expect(checkTopicDeliveryPolicy(` ${text}`)).toBe(text);
    expect(() => checkTopicDeliveryPolicy('{"healthyRetryPolicy":{}}')).toThrow(
      "healthyRetryPolicy is not a valid attribute",
    );
  });
});
