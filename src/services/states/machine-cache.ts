/** Machines by the key of their revision, parsed once and kept while they are in use. */

import type { JsonObject } from "../../languages/asl/data/scope.ts";
import type { Machine } from "../../languages/asl/machine.ts";
import { parseMachine } from "../../languages/asl/parse.ts";
import { DEFINITIONS_CACHED_MAX } from "./limits.ts";
import type { Revision } from "./machine-record.ts";

export interface MachineCache {
  machineOf(revision: Pick<Revision, "key" | "definition">): Machine;
}

export function createMachineCache(): MachineCache {
  const known = new Map<string, Machine>();
  return {
    machineOf({ key, definition }) {
      const found = known.get(key);
      if (found !== undefined) {
        return found;
      }
      const machine = parseMachine(JSON.parse(definition) as JsonObject);
      known.set(key, machine);
      const [oldest] = known.size > DEFINITIONS_CACHED_MAX ? known.keys() : [];
      if (oldest !== undefined) {
        known.delete(oldest);
      }
      return machine;
    },
  };
}
