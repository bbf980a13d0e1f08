/** Runs a poller for each enabled event source mapping. */
import type { EventSources, PolledMapping } from "../outbox/event-source.ts";
import { createPollers, type Poller } from "./pollers.ts";
import type { PollerPorts } from "./queue-reader.ts";
import { SqsPoller } from "./sqs-poller.ts";
import { StreamPoller, type StreamPollerPorts } from "./stream-poller.ts";
import type { Worker } from "./worker.ts";

export interface EventSourcePollersOptions extends PollerPorts, StreamPollerPorts {
  readonly sources: EventSources;
}

export function createEventSourcePollers(options: EventSourcePollersOptions): Worker {
  const { sources, store, clock, log } = options;
  return createPollers<PolledMapping>({
    store,
    clock,
    log,
    what: "event source mappings",
    topic: sources.topic,
    list: () => sources.enabled(),
    pollerOf: (mapping) => pollerOf(options, mapping),
    orderOf: ({ uuid, stream }) => (stream === undefined ? undefined : uuid),
  });
}

function pollerOf(options: EventSourcePollersOptions, mapping: PolledMapping): Poller {
  return mapping.stream === undefined
    ? new SqsPoller(options, mapping)
    : new StreamPoller(options, mapping, mapping.stream);
}
