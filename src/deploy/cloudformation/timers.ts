/** What happens to stacks by the passing of time. */
import type { Key } from "../../base/ordered-key.ts";
import type { Timer, WriteTx } from "../../store/store.ts";
import { changeSets, history, resources, revisions, stacks } from "./keys.ts";
import { loadState, transact } from "./transact.ts";

/** A deleted stack is forgotten after its 90 days. */
export function forgetStack(tx: WriteTx, timer: Timer): void {
  const stack = stacks.get(tx, timer.key);
  if (stack?.status !== "DELETE_COMPLETE") {
    return;
  }
  stacks.delete(tx, timer.key);
  const prefix: Key = [stack.id];
  for (const rows of [revisions, resources, history, changeSets]) {
    rows.clear(tx, { prefix });
  }
}

/** `TimeoutInMinutes` of `CreateStack` has passed. */
export function timeOutCreation(tx: WriteTx, timer: Timer): void {
  const [accountId, region, id] = timer.key.map(String);
  const state = loadState(tx, { accountId: accountId ?? "", region: region ?? "", id: id ?? "" });
  if (state?.stack.status === "CREATE_IN_PROGRESS") {
    transact(tx, state, {
      kind: "cancelled",
      reason: "Stack creation time exceeded the specified timeout.",
    });
  }
}
