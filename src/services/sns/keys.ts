/**
 * The key layout of SNS.
 *
 * | key                                                   | value                                 |
 * |-------------------------------------------------------|---------------------------------------|
 * | sns topic, region, account, name                      | `Topic`                               |
 * | sns tags, topic id                                    | tag values by key                     |
 * | sns subscription, topic id, subscription id           | `Subscription`                        |
 * | sns endpoint, topic id, protocol, endpoint            | subscription id: there is one of each |
 * | sns owned, region, owner, subscription ARN            | topic id                              |
 * | sns signing-key                                       | `SigningKey`                          |
 *
 * A publish reads the topic and one range: its subscriptions. A topic's id is never used again, so
 * what a deleted topic leaves behind is out of reach at once and removed in slices (`removal.ts`).
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { SigningKey } from "./signing.ts";
import type { Subscription } from "./subscription.ts";
import type { Topic } from "./topic.ts";

export const topics: Collection<Topic> = collection("sns", "topic");
export const topicTags: Collection<Readonly<Record<string, string>>> = collection("sns", "tags");
export const subscriptions: Collection<Subscription> = collection("sns", "subscription");
export const subscribedEndpoints: Collection<string> = collection("sns", "endpoint");
export const ownedSubscriptions: Collection<string> = collection("sns", "owned");
export const signingKeys: Collection<SigningKey> = collection("sns", "signing-key");
