/** A sink that keeps what it accepted in the store, in the sender's transaction: for unit tests. */
import { formatArn } from "../base/arn.ts";
import { ACCEPTED, type Acceptance, type Envelope, type Sink } from "../outbox/sink.ts";
import { type Collection, collection } from "../store/collection.ts";
import type { Store } from "../store/store.ts";

export interface Recorded {
  readonly target: string;
  readonly envelope: Envelope;
}

const accepted: Collection<Recorded> = collection("recording-sink");

/** `refuse` says which targets are not there. */
export function createRecordingSink(
  refuse: (targetArn: string) => Acceptance | undefined = () => undefined,
): Sink {
  return {
    accept(tx, arn, envelope) {
      const target = formatArn(arn);
      const refusal = refuse(target);
      if (refusal === undefined) {
        accepted.put(tx, [tx.orderedId()], { target, envelope });
      }
      return refusal ?? ACCEPTED;
    },
  };
}

/** Everything accepted since the last call, in order. */
export function takeRecorded(store: Store): Promise<readonly Recorded[]> {
  return store.write((tx) => {
    const records = [...accepted.list(tx)].map(({ record }) => record);
    accepted.clear(tx);
    return records;
  });
}
