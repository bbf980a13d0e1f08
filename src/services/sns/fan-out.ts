/** A publication on its way to all subscriptions of a topic, in one transaction. */
import type { CompilePolicy } from "../../languages/filter-policy/policy-cache.ts";
import type { WriteTx } from "../../store/store.ts";
import { Draft, type FanOut } from "./draft.ts";
import { type HandOverPorts, handOver, type Undelivered } from "./hand-over.ts";
import { subscriptions } from "./keys.ts";
import { MessageFilter } from "./message-filter.ts";
import { hearsNewMessages } from "./replay-state.ts";
import type { Signer } from "./signing.ts";
import { notePublished } from "./topic-metrics.ts";

export interface FanOutPorts extends HandOverPorts {
  readonly compilePolicy: CompilePolicy;
  readonly signer: Signer;
}

/** Hands the publication to every subscription that wants it; answers what nobody took. */
export function fanOut(tx: WriteTx, ports: FanOutPorts, given: FanOut): readonly Undelivered[] {
  const undelivered: Undelivered[] = [];
  let filteredOut = 0;
  const draft = new Draft(tx, ports.signer, given);
  const filter = new MessageFilter(ports.compilePolicy, given.publication);
  for (const { record: subscription } of subscriptions.list(tx, { prefix: [given.topic.id] })) {
    if (subscription.pendingToken !== undefined || !hearsNewMessages(subscription, tx.nowMs)) {
      continue;
    }
    if (!filter.lets(subscription)) {
      filteredOut += 1;
      continue;
    }
    const failure = handOver(tx, ports, subscription, draft);
    if (failure) {
      undelivered.push(failure);
    }
  }
  notePublished(tx, given.topic, { sizeBytes: given.publication.sizeBytes, filteredOut });
  return undelivered;
}
