/** State machines as targets of other services: an execution begins in the sender's transaction. */
import { formatArn } from "../../base/arn.ts";
import { ACCEPTED, type Acceptance, type Sink } from "../../outbox/sink.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { machineDeleting } from "./errors.ts";
import { addExpress, expressExecution } from "./express.ts";
import type { MachineCache } from "./machine-cache.ts";
import { checkInput, newExecution, newSeed, SEED_BYTES, storeAndBegin } from "./start.ts";
import { existingTarget } from "./target.ts";

export function statesSink(cache: MachineCache): Sink {
  return {
    accept(tx, target, envelope): Acceptance {
      try {
        const arn = formatArn(target);
        const found = existingTarget(tx, arn, tx.random.next());
        if (found.machine.status === "DELETING") {
          throw machineDeleting(arn);
        }
        checkInput(envelope.payload);
        const request = {
          name: tx.random.uuid(),
          input: envelope.payload,
          seed: newSeed(tx.random.bytes(SEED_BYTES)),
          nowMs: tx.nowMs,
          trace: envelope.trace,
        };
        if (found.machine.type === "EXPRESS") {
          addExpress(tx, expressExecution(found, request));
        } else {
          storeAndBegin(tx, newExecution(found, request, cache));
        }
        return ACCEPTED;
      } catch (error) {
        if (!(error instanceof AwsError)) {
          throw error;
        }
        return { accepted: false, code: error.code, message: error.message };
      }
    },
  };
}
