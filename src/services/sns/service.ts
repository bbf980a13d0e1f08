/** SNS: standard topics with subscriptions of queues and functions. See README.md for the gaps. */
import { createPolicyCache } from "../../languages/filter-policy/policy-cache.ts";
import type { Sink, Sinks } from "../../outbox/sink.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { addPermission } from "./operations/add-permission.ts";
import { confirmSubscription } from "./operations/confirm-subscription.ts";
import { createTopic } from "./operations/create-topic.ts";
import { deleteTopic } from "./operations/delete-topic.ts";
import { getSubscriptionAttributes } from "./operations/get-subscription-attributes.ts";
import { getTopicAttributes } from "./operations/get-topic-attributes.ts";
import { listSubscriptions } from "./operations/list-subscriptions.ts";
import { listSubscriptionsByTopic } from "./operations/list-subscriptions-by-topic.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { listTopics } from "./operations/list-topics.ts";
import { publish } from "./operations/publish.ts";
import { publishBatch } from "./operations/publish-batch.ts";
import { removePermission } from "./operations/remove-permission.ts";
import { setSubscriptionAttributes } from "./operations/set-subscription-attributes.ts";
import { setTopicAttributes } from "./operations/set-topic-attributes.ts";
import { subscribe } from "./operations/subscribe.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { unsubscribe } from "./operations/unsubscribe.ts";
import { untagResource } from "./operations/untag-resource.ts";
import type { SnsPorts } from "./ports.ts";
import { REMOVAL_TIMER, runRemoval } from "./removal.ts";
import { Signer } from "./signing.ts";
import { createSnsSink } from "./sink.ts";

const operations: Operations<SnsPorts, "sns"> = {
  AddPermission: addPermission,
  ConfirmSubscription: confirmSubscription,
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  GetTopicAttributes: getTopicAttributes,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  ListTagsForResource: listTagsForResource,
  ListTopics: listTopics,
  Publish: publish,
  PublishBatch: publishBatch,
  RemovePermission: removePermission,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  SetTopicAttributes: setTopicAttributes,
  Subscribe: subscribe,
  TagResource: tagResource,
  Unsubscribe: unsubscribe,
  UntagResource: untagResource,
};

/** `sinks` may be filled after this call: it is read when something is published. */
export function createSns(
  ports: CorePorts & { readonly sinks: Sinks },
): Service & { readonly sink: Sink } {
  const own: SnsPorts = { ...ports, compilePolicy: createPolicyCache(), signer: new Signer() };
  return {
    name: "sns",
    operations: bindOperations(own, operations),
    sink: createSnsSink(own),
    timers: { [REMOVAL_TIMER]: runRemoval },
  };
}
