/**
 * Subscriptions that wait for their endpoint's consent: it gets a token, and whoever sends that back
 * confirms.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 */
import { deliver } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { type FanOutPorts, signatureVersionOf } from "./fan-out.ts";
import { certificateUrl, isoTime, laidOut, signedText } from "./notification.ts";
import type { Subscription } from "./subscription.ts";
import { type Topic, topicArn } from "./topic.ts";

export function sendConfirmation(
  tx: WriteTx,
  { sinks, signer, endpoint }: FanOutPorts & { readonly endpoint: string },
  topic: Topic,
  { pendingToken, endpoint: target }: Subscription,
): void {
  if (pendingToken === undefined) {
    return;
  }
  const arn = topicArn(topic);
  const fields = {
    Type: "SubscriptionConfirmation",
    MessageId: tx.random.uuid(),
    Token: pendingToken,
    TopicArn: arn,
    Message:
      `You have chosen to subscribe to the topic ${arn}.\n` +
      "To confirm the subscription, visit the SubscribeURL included in this message.",
    SubscribeURL: `${endpoint}/?Action=ConfirmSubscription&TopicArn=${arn}&Token=${pendingToken}`,
    Timestamp: isoTime(tx.nowMs),
  };
  const version = signatureVersionOf(topic);
  const signature = signer.sign(tx, version, signedText(fields));
  const payload = laidOut([
    ...Object.entries(fields),
    ["SignatureVersion", version],
    ["Signature", signature.base64],
    ["SigningCertURL", certificateUrl({ endpoint, signature })],
  ]);
  deliver(tx, sinks, target, { payload, sourceArn: arn });
}
