/**
 * The links in messages, which anybody who has them may follow: no signature is asked for.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 * https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
 */
import { parseArn } from "../../base/arn.ts";
import { subscriptionRefOf, topicArnOf } from "./arns.ts";
import { confirm, offerReturn } from "./confirmation.ts";
import { unsubscribeNeedsSignature } from "./errors.ts";
import type { SnsPorts } from "./ports.ts";
import { findSubscription, removeSubscription, subscriptionArn } from "./subscription.ts";
import { existingTopic, saveTopic } from "./topic.ts";

export interface SnsLinks {
  /** Answers the ARN of the subscription. Throws the `AwsError` of ConfirmSubscription. */
  confirm(request: {
    readonly topicArn: string;
    readonly token: string;
    readonly isAuthenticated: boolean;
  }): Promise<string>;
  /** Throws the `AwsError` of Unsubscribe. */
  unsubscribe(subscriptionArn: string): Promise<void>;
}

export function createLinks(ports: SnsPorts): SnsLinks {
  return {
    async confirm({ topicArn, token, isAuthenticated }) {
      const arn = topicArnOf(parseArn(topicArn)?.region ?? "", topicArn, "TopicArn");
      const subscription = await ports.store.write((tx) =>
        confirm(tx, existingTopic(tx, arn), { token, isAuthenticated }),
      );
      return subscriptionArn(subscription);
    },
    async unsubscribe(text) {
      const ref = subscriptionRefOf(parseArn(text)?.region ?? "", text);
      await ports.store.write((tx) => {
        const subscription = findSubscription(tx, ref);
        if (subscription === undefined) {
          return;
        }
        if (subscription.isAuthenticated) {
          throw unsubscribeNeedsSignature(text);
        }
        const topic = existingTopic(tx, ref.topic);
        removeSubscription(tx, subscription);
        saveTopic(tx, { ...topic, deletedSubscriptionCount: topic.deletedSubscriptionCount + 1 });
        offerReturn(tx, ports, topic, subscription);
      });
    },
  };
}
