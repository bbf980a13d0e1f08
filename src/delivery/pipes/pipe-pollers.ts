/** Runs a poller for each pipe that runs. */
import type { PipeSources, PolledPipe } from "../../outbox/polled-pipe.ts";
import { createPollers } from "../pollers.ts";
import type { Worker } from "../worker.ts";
import { type PipePollerPorts, pipePoller } from "./pipe-poller.ts";

export interface PipePollersOptions extends PipePollerPorts {
  readonly sources: PipeSources;
}

export function createPipePollers(options: PipePollersOptions): Worker {
  const { sources, store, clock, log } = options;
  return createPollers<PolledPipe>({
    store,
    clock,
    log,
    what: "pipes",
    topic: sources.topic,
    list: () => sources.running(),
    pollerOf: (pipe) => pipePoller(options, pipe),
    orderOf: ({ stream }) => stream?.id,
  });
}
