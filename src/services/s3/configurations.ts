/** What buckets are configured with, one row a kind: most requests read none of them. */
import { type Collection, collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { CORSRule, LoggingEnabled } from "../../wire/models/s3.gen.ts";
import type { Grants } from "./acl.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Notifications } from "./notification.ts";

export interface Configurations {
  readonly acl: Grants;
  readonly cors: readonly CORSRule[];
  readonly lifecycle: Lifecycle;
  readonly logging: LoggingEnabled;
  readonly notification: Notifications;
}

const rows: Collection<unknown> = collection("s3", "configuration");

export function configurationIn<K extends keyof Configurations>(
  tx: ReadTx,
  bucket: string,
  kind: K,
): Configurations[K] | undefined {
  return rows.get(tx, [bucket, kind]) as Configurations[K] | undefined;
}

export function putConfiguration<K extends keyof Configurations>(
  tx: WriteTx,
  bucket: string,
  kind: K,
  value: Configurations[K],
): void {
  rows.put(tx, [bucket, kind], value);
}

export function deleteConfiguration(tx: WriteTx, bucket: string, kind: keyof Configurations): void {
  rows.delete(tx, [bucket, kind]);
}

export function clearConfigurations(tx: WriteTx, bucket: string): void {
  rows.clear(tx, { prefix: [bucket] });
}
