/** The queues that the operations on message move tasks name, by ARN. */
import { type Arn, parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import { invalidParameterValue, resourceNotFound } from "./errors.ts";
import { findQueue, type Queue, queueNameOfArn } from "./queue.ts";

export interface Asker {
  readonly accountId: string;
  readonly region: string;
}

export type ArnParameter = "SourceArn" | "DestinationArn";

export function arnOf(parameter: ArnParameter, text: string): Arn {
  const arn = parseArn(text);
  if (arn === undefined || arn.service !== "sqs") {
    throw invalidParameterValue(
      `You must use this format to specify the ${parameter}: ` +
        "arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    );
  }
  return arn;
}

/** Tasks stay within an account and a region. */
export function namedQueue(tx: ReadTx, asker: Asker, parameter: ArnParameter, arn: Arn): Queue {
  const isOwn = arn.accountId === asker.accountId && arn.region === asker.region;
  const queue = isOwn ? findQueue(tx, queueNameOfArn(arn)) : undefined;
  if (queue === undefined) {
    throw resourceNotFound(
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  }
  return queue;
}
