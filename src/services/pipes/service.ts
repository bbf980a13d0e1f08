/** EventBridge Pipes: what is read, enriched and sent where. The reading is done by `src/delivery/pipes`. */
import type { PipeSources } from "../../outbox/polled-pipe.ts";
import { bindOperations, type Operations, type Service } from "../service.ts";
import { createPipe } from "./operations/create-pipe.ts";
import { deletePipe } from "./operations/delete-pipe.ts";
import { describePipe } from "./operations/describe-pipe.ts";
import { listPipes } from "./operations/list-pipes.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { startPipe } from "./operations/start-pipe.ts";
import { stopPipe } from "./operations/stop-pipe.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updatePipe } from "./operations/update-pipe.ts";
import { createPipeSources, PIPE_TIMER, runPipeTimer } from "./pipe-states.ts";
import type { PipesPorts } from "./ports.ts";

const operations: Operations<PipesPorts, "pipes"> = {
  CreatePipe: createPipe,
  DeletePipe: deletePipe,
  DescribePipe: describePipe,
  ListPipes: listPipes,
  ListTagsForResource: listTagsForResource,
  StartPipe: startPipe,
  StopPipe: stopPipe,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdatePipe: updatePipe,
};

export interface Pipes {
  readonly service: Service;
  /** For the pollers: the pipes that run. */
  readonly sources: PipeSources;
}

export function createPipes(ports: PipesPorts): Pipes {
  return {
    service: {
      name: "pipes",
      operations: bindOperations(ports, operations),
      timers: { [PIPE_TIMER]: runPipeTimer },
    },
    sources: createPipeSources(ports.store),
  };
}
