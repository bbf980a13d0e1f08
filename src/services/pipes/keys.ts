/**
 * The keys of EventBridge Pipes.
 *
 * | key                           | record |
 * |-------------------------------|--------|
 * | pipes pipe region account name | `Pipe` |
 *
 * The timer `pipes.state` of a pipe ends a state on the way to another.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { Pipe } from "./pipe.ts";

export const pipes: Collection<Pipe> = collection("pipes", "pipe");

/** In whose name something is. */
export interface Owner {
  readonly region: string;
  readonly accountId: string;
}

export type PipeKey = readonly [region: string, accountId: string, name: string];

export function pipeKey({ region, accountId }: Owner, name: string): PipeKey {
  return [region, accountId, name];
}
