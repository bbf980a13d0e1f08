/** SNS: topics, subscriptions, text messages. See README.md for the gaps. */
import { createPolicyCache } from "../../languages/filter-policy/policy-cache.ts";
import type { JobKind, JobKinds } from "../../outbox/job.ts";
import type { Sink, Sinks } from "../../outbox/sink.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { ARCHIVE_TIMER, runArchiveRemoval } from "./archive.ts";
import { CONFIRMATION_TIMER, runConfirmationTimeout } from "./confirmation.ts";
import { httpDeliveryJobs } from "./http-delivery.ts";
import { HTTP_DELIVERY } from "./http-message.ts";
import { createLinks, type SnsLinks } from "./links.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import { addPermission } from "./operations/add-permission.ts";
import { checkIfPhoneNumberIsOptedOut } from "./operations/check-if-phone-number-is-opted-out.ts";
import { confirmSubscription } from "./operations/confirm-subscription.ts";
import { createSMSSandboxPhoneNumber } from "./operations/create-sms-sandbox-phone-number.ts";
import { createTopic } from "./operations/create-topic.ts";
import { deleteSMSSandboxPhoneNumber } from "./operations/delete-sms-sandbox-phone-number.ts";
import { deleteTopic } from "./operations/delete-topic.ts";
import { getSMSAttributes } from "./operations/get-sms-attributes.ts";
import { getSMSSandboxAccountStatus } from "./operations/get-sms-sandbox-account-status.ts";
import { getSubscriptionAttributes } from "./operations/get-subscription-attributes.ts";
import { getTopicAttributes } from "./operations/get-topic-attributes.ts";
import { listPhoneNumbersOptedOut } from "./operations/list-phone-numbers-opted-out.ts";
import { listSMSSandboxPhoneNumbers } from "./operations/list-sms-sandbox-phone-numbers.ts";
import { listSubscriptions } from "./operations/list-subscriptions.ts";
import { listSubscriptionsByTopic } from "./operations/list-subscriptions-by-topic.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { listTopics } from "./operations/list-topics.ts";
import { optInPhoneNumber } from "./operations/opt-in-phone-number.ts";
import { publish } from "./operations/publish.ts";
import { publishBatch } from "./operations/publish-batch.ts";
import { removePermission } from "./operations/remove-permission.ts";
import { setSMSAttributes } from "./operations/set-sms-attributes.ts";
import { setSubscriptionAttributes } from "./operations/set-subscription-attributes.ts";
import { setTopicAttributes } from "./operations/set-topic-attributes.ts";
import { subscribe } from "./operations/subscribe.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { unsubscribe } from "./operations/unsubscribe.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { verifySMSSandboxPhoneNumber } from "./operations/verify-sms-sandbox-phone-number.ts";
import type { SnsPorts } from "./ports.ts";
import { REMOVAL_TIMER, runRemoval } from "./removal.ts";
import { REPLAY_TIMER, runReplay } from "./replay.ts";
import { readCertificate, Signer } from "./signing.ts";
import { createSnsSink } from "./sink.ts";
import { reportUndelivered } from "./undelivered.ts";

const operations: Operations<SnsPorts, "sns"> = {
  AddPermission: addPermission,
  CheckIfPhoneNumberIsOptedOut: checkIfPhoneNumberIsOptedOut,
  ConfirmSubscription: confirmSubscription,
  CreateSMSSandboxPhoneNumber: createSMSSandboxPhoneNumber,
  CreateTopic: createTopic,
  DeleteSMSSandboxPhoneNumber: deleteSMSSandboxPhoneNumber,
  DeleteTopic: deleteTopic,
  GetSMSAttributes: getSMSAttributes,
  GetSMSSandboxAccountStatus: getSMSSandboxAccountStatus,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  GetTopicAttributes: getTopicAttributes,
  ListPhoneNumbersOptedOut: listPhoneNumbersOptedOut,
  ListSMSSandboxPhoneNumbers: listSMSSandboxPhoneNumbers,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  ListTagsForResource: listTagsForResource,
  ListTopics: listTopics,
  OptInPhoneNumber: optInPhoneNumber,
  Publish: publish,
  PublishBatch: publishBatch,
  RemovePermission: removePermission,
  SetSMSAttributes: setSMSAttributes,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  SetTopicAttributes: setTopicAttributes,
  Subscribe: subscribe,
  TagResource: tagResource,
  Unsubscribe: unsubscribe,
  UntagResource: untagResource,
  VerifySMSSandboxPhoneNumber: verifySMSSandboxPhoneNumber,
};

export interface Sns {
  readonly service: Service & { readonly sink: Sink };
  /** For the outbox worker: deliveries to HTTP endpoints. */
  readonly jobs: JobKinds;
  /** The links in messages. */
  readonly links: SnsLinks;
  /** E-mail and text messages. */
  readonly mailbox: Mailbox;
  /** The certificate behind a path of `SigningCertURL`, as PEM, if there is one. */
  readCertificate(path: string): Promise<string | undefined>;
}

/** `sinks` may be filled after this call: it is read when something is published. */
export function createSns(
  ports: CorePorts & { readonly sinks: Sinks; readonly http: HttpClient },
): Sns {
  const own: SnsPorts = { ...ports, compilePolicy: createPolicyCache(), signer: new Signer() };
  return {
    service: {
      name: "sns",
      operations: bindOperations(own, operations),
      sink: createSnsSink(own),
      timers: {
        [REMOVAL_TIMER]: runRemoval,
        [ARCHIVE_TIMER]: runArchiveRemoval,
        [CONFIRMATION_TIMER]: runConfirmationTimeout,
        [REPLAY_TIMER]: (tx, timer) => reportUndelivered(ports.log, runReplay(tx, own, timer)),
      },
    },
    jobs: { [HTTP_DELIVERY]: httpDeliveryJobs(own) as JobKind },
    links: createLinks(own),
    mailbox: createMailbox(ports.store),
    readCertificate: (path) => readCertificate(ports.store, path),
  };
}
