import { busIdOfArn } from "../bus.ts";
import { validationException } from "../errors.ts";
import type { BusId } from "../keys.ts";

/** The bus that an archive is of. */
export function sourceBusOf(arn: string): BusId {
  const bus = busIdOfArn(arn);
  if (bus === undefined) {
    throw validationException(
      "Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.",
    );
  }
  return bus;
}
