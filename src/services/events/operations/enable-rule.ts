import type { EventsOperation } from "../ports.ts";
import { setRuleState } from "../rule-state.ts";

export const enableRule: EventsOperation<"EnableRule"> = (ctx, input) =>
  setRuleState(ctx, input, "ENABLED");
