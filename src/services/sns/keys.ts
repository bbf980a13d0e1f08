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
 * | sns cancelled, topic id, token                        | `Subscription` that may come back     |
 * | sns sequence, topic id                                | how many messages it numbered         |
 * | sns duplicate, topic id, scope, deduplication id      | `Deduplication`                       |
 * | sns duplicate-expiry, topic id, ms, scope, id         | nothing                               |
 * | sns archived, topic id, published ms, sequence number | `Archived`                            |
 * | sns pace, subscription id                             | when the next request may go (ms)     |
 * | sns letter, number                                    | `Letter`                              |
 * | sns letter-count                                      | how many letters there ever were      |
 * | sns sms, region, account                              | SMS attributes                        |
 * | sns opted-out, region, account, phone number          | when (ms)                             |
 * | sns sandbox, region, account, phone number            | `SandboxNumber`                       |
 * | sns signing-key                                       | `SigningKey`                          |
 *
 * A publish reads the topic and one range: its subscriptions. A topic's id is never used again, so
 * what a deleted topic leaves behind is out of reach at once and removed in slices (`removal.ts`).
 */
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { Archived } from "./archive.ts";
import type { Deduplication } from "./fifo.ts";
import type { Letter } from "./letter.ts";
import type { SandboxNumber } from "./sandbox.ts";
import type { SigningKey } from "./signing.ts";
import type { Subscription } from "./subscription.ts";
import type { Topic } from "./topic.ts";

type Texts = Readonly<Record<string, string>>;

export const topics: Collection<Topic> = rememberingCollection("sns", "topic");
export const topicTags: Collection<Texts> = collection("sns", "tags");
export const subscriptions: Collection<Subscription> = collection("sns", "subscription");
export const subscribedEndpoints: Collection<string> = collection("sns", "endpoint");
export const ownedSubscriptions: Collection<string> = collection("sns", "owned");
export const cancelled: Collection<Subscription> = collection("sns", "cancelled");
export const sequences: Collection<number> = collection("sns", "sequence");
export const deduplications: Collection<Deduplication> = collection("sns", "duplicate");
export const deduplicationExpiries: Collection<null> = collection("sns", "duplicate-expiry");
export const archived: Collection<Archived> = collection("sns", "archived");
export const paces: Collection<number> = collection("sns", "pace");
export const letters: Collection<Letter> = collection("sns", "letter");
export const letterCounts: Collection<number> = collection("sns", "letter-count");
export const smsSettings: Collection<Texts> = collection("sns", "sms");
export const optedOut: Collection<number> = collection("sns", "opted-out");
export const sandboxNumbers: Collection<SandboxNumber> = collection("sns", "sandbox");
export const signingKeys: Collection<SigningKey> = collection("sns", "signing-key");
