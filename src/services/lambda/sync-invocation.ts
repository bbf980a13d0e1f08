/** Invocations whose caller waits: what Invoke, InvokeWithResponseStream and function URLs share. */
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import {
  FunctionHostBusy,
  FunctionHostClosed,
  type InvocationResult,
  RuntimeUnavailable,
} from "../../functions/function-host.ts";
import type { Random } from "../../platform/random.ts";
import type { Store } from "../../store/store.ts";
import {
  invalidRequestContent,
  invalidRuntime,
  payloadTooLarge,
  rateExceeded,
  serviceStopping,
} from "./errors.ts";
import { versionOf } from "./function.ts";
import type { FunctionReference } from "./function-name.ts";
import { type Call, type Invoker, loadInvocable, unthrottled } from "./invoker.ts";
import { SYNC_PAYLOAD_BYTES_MAX } from "./limits.ts";

export interface SyncPorts {
  readonly store: Store;
  readonly random: Random;
  readonly invoker: Invoker;
}

export interface RunningCall {
  readonly executedVersion: string;
  /** Rejects with the `AwsError` the caller gets. */
  readonly result: Promise<InvocationResult>;
}

/** Throws when the function does not exist or the payload is too large. */
export async function beginCall(
  { store, random, invoker }: SyncPorts,
  reference: FunctionReference,
  call: Omit<Call, "qualifier">,
): Promise<RunningCall> {
  if (call.payload.length > SYNC_PAYLOAD_BYTES_MAX) {
    throw payloadTooLarge(call.payload.length, "RequestResponse", SYNC_PAYLOAD_BYTES_MAX);
  }
  const chance = reference.qualifier === undefined ? 0 : random.next();
  const invocable = await store.read((tx) => loadInvocable(tx, reference, chance));
  const { qualifier } = reference;
  const result = invoker.call(invocable, { ...call, qualifier }).then(unthrottled, (error) => {
    throw hostRefusal(error);
  });
  return { executedVersion: versionOf(invocable.fn), result };
}

function hostRefusal(error: unknown): unknown {
  if (error instanceof RuntimeUnavailable) {
    return invalidRuntime(error.message);
  }
  if (error instanceof FunctionHostBusy) {
    return rateExceeded("ConcurrentInvocationLimitExceeded");
  }
  return error instanceof FunctionHostClosed ? serviceStopping() : error;
}

/** What a function gets that is invoked without a payload. */
const EMPTY_EVENT = utf8Encode("{}");

export function checkedPayload(given: Uint8Array | undefined): Uint8Array {
  if (given === undefined || given.length === 0) {
    return EMPTY_EVENT;
  }
  checkJson(utf8Decode(given));
  return given;
}

/** Base64 on the way in, JSON for the function. */
export function clientContextOf(given: string | undefined): string | undefined {
  if (given === undefined || given === "") {
    return undefined;
  }
  const text = Buffer.from(given, "base64").toString("utf8");
  checkJson(text);
  return text;
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : "not JSON");
  }
}
